"""The image and the composition: what they promise, as far as it can be seen without Docker."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
OLLAMAS = ("ollama-cpu", "ollama-nvidia", "ollama-amd")
BESIDE_MILVUS = ("milvus-etcd", "milvus-minio")
# `required: false` for a service whose profile is off (docs/docker.md).
COMPOSE_VERSION = (2, 27)


def instructions() -> list[tuple[str, str]]:
    """(instruction, arguments) of the Dockerfile, continued lines joined, comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def last_stage() -> list[tuple[str, str]]:
    """The instructions that make the image itself."""
    found = instructions()
    start = max(n for n, (name, _) in enumerate(found) if name == "FROM")
    return found[start:]


def copied() -> list[str]:
    """What of the project goes into the build."""
    return [
        source
        for name, arguments in instructions()
        if name == "COPY" and not arguments.startswith("--from=")
        for source in arguments.split()[:-1]
    ]


COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def composition() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE))


def service(name: str) -> dict[str, Any]:
    return dict(composition()["services"][name])


def with_defaults(value: str) -> str:
    """A value as compose fills it in where no variable is set: ${NAME:-default} is default."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def dotenv() -> dict[str, str]:
    lines = (ROOT / ".env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def started(*profiles: str) -> set[str]:
    """The services that run with these profiles, by the rule of the compose specification."""
    return {
        name
        for name, each in composition()["services"].items()
        if "profiles" not in each or set(each["profiles"]) & set(profiles)
    }


# --- the image


def test_the_image_takes_only_what_was_built_and_runs_as_a_user_that_is_not_root():
    users = [arguments for name, arguments in last_stage() if name == "USER"]
    assert users
    assert users[-1] not in ("root", "0")
    after = [name for name, _ in last_stage()]
    assert after.index("USER") < after.index("ENTRYPOINT")
    copies = [arguments for name, arguments in last_stage() if name == "COPY"]
    assert copies
    assert all(each.startswith("--from=build ") for each in copies)
    runs = " ".join(arguments for name, arguments in last_stage() if name == "RUN")
    assert not re.search(r"\bpip\b|gcc|build-essential", runs)
    assert "--no-install-recommends" in runs
    assert "rm -rf /var/lib/apt/lists" in runs
    before = instructions()[: -len(last_stage())]
    settings = [arguments for name, arguments in before if name == "ENV"]
    assert any("PIP_NO_CACHE_DIR=1" in each for each in settings)


def test_what_the_image_copies_exists_and_is_let_through_and_other_images_are_pinned():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert {line for line in ignored if line.startswith("!")} == {f"!{each}" for each in copied()}
    for source in copied():
        assert (ROOT / source).exists(), source
    bases = [arguments.split()[0] for name, arguments in instructions() if name == "FROM"]
    images = [each["image"] for each in composition()["services"].values() if "build" not in each]
    for image in [*bases, *map(with_defaults, images)]:
        # Pinned: a version, or the date that MinIO has instead.
        assert re.search(r":(v?\d+\.\d+|RELEASE\.\d{4}-\d\d-\d\d)", image), image


def test_the_image_holds_every_module_and_every_file_that_goes_with_one(tmp_path):
    (tmp_path / "src").mkdir()
    for source in copied():
        target = tmp_path / "src" / source
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, target)
    packages = {
        name.split(".")[0]
        for name in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
            "setuptools"
        ]["packages"]
    }
    there = {
        path.relative_to(tmp_path / "src").as_posix()
        for package in packages
        for path in (tmp_path / "src" / package).rglob("*")
        if path.is_file()
    }
    built = subprocess.run(
        [sys.executable, "-c", "from setuptools import build_meta as b; b.build_wheel('../out')"],
        cwd=tmp_path / "src",
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "out").glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    # Gold sets and baselines are for the checkout; the rest is what the program runs on.
    missing = {path for path in there - inside if not path.startswith(("eval/gold/", "eval/base"))}
    assert not missing


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """A server on loopback that answers everything with `status`: its port, and what was asked."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Host"].split(":")[0]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def health_check(port: int) -> int:
    """The exit code of the image's health check, asked at another port."""
    (check,) = [arguments for name, arguments in last_stage() if name == "HEALTHCHECK"]
    python, *rest = json.loads(check[check.index("[") :])
    assert python == "python"
    assert f":{Settings.port}/" in rest[-1]
    rest[-1] = rest[-1].replace(f":{Settings.port}/", f":{port}/")
    proxied = os.environ | {"http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, *rest], capture_output=True, check=False, env=proxied)
    return done.returncode


def test_the_health_check_asks_healthz_and_fails_where_it_should():
    with answering(200) as (port, asked):
        assert health_check(port) == 0
    ((path, host),) = asked
    assert path == "/healthz"
    assert host in with_defaults(service("vraagbaak")["environment"]["VRAAGBAAK_ALLOWED_HOSTS"])
    with answering(500) as (port, _):
        assert health_check(port) != 0
    assert health_check(port) != 0


# --- the composition


def test_every_profile_starts_one_ollama_that_the_model_and_then_the_service_wait_for():
    for profile, name in zip(("cpu", "nvidia", "amd"), OLLAMAS, strict=True):
        assert started(profile) == {name, "model", "vraagbaak"}
        assert service(name)["networks"]["default"]["aliases"] == ["ollama"]
        assert service(name)["volumes"] == ["ollama:/root/.ollama"]
        assert "healthcheck" in service(name)
    assert service("vraagbaak")["depends_on"] == {
        "model": {"condition": "service_completed_successfully"},
        "milvus": {"condition": "service_healthy", "required": False},
    }
    assert service("model")["depends_on"] == {
        name: {"condition": "service_healthy", "required": False} for name in OLLAMAS
    }
    assert service("model")["restart"] == "no"


def test_the_processor_is_used_without_a_profile_and_a_card_with_one():
    assert started(dotenv()["COMPOSE_PROFILES"]) == {"ollama-cpu", "model", "vraagbaak"}
    devices = service("ollama-nvidia")["deploy"]["resources"]["reservations"]["devices"]
    assert devices == [{"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}]
    assert service("ollama-amd")["image"] == service("ollama-cpu")["image"] + "-rocm"
    assert service("ollama-amd")["devices"] == ["/dev/kfd:/dev/kfd", "/dev/dri:/dev/dri"]


def test_milvus_runs_where_it_is_asked_for_and_is_searched_where_that_is_set(tmp_path):
    assert started("cpu", "milvus") - started("cpu") == {"milvus", *BESIDE_MILVUS}
    assert service("milvus")["depends_on"] == {
        name: {"condition": "service_healthy"} for name in BESIDE_MILVUS
    }
    etcd, minio = BESIDE_MILVUS
    where = {"ETCD_ENDPOINTS": f"{etcd}:2379", "MINIO_ADDRESS": f"{minio}:9000"}
    assert where.items() <= service("milvus")["environment"].items()
    for name in ("milvus", *BESIDE_MILVUS):
        assert "healthcheck" in service(name)
        assert "ports" not in service(name)
    assert settings_of_the_service(tmp_path).engine == "local"
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = re.findall(r"EXTRAS=([\w,]+)", (ROOT / "docs" / "scale.md").read_text("utf-8"))
    assert wanted
    assert all(set(each.split(",")) <= set(extras["optional-dependencies"]) for each in wanted)


@pytest.mark.parametrize(
    ("has", "gets", "calls", "code"),
    [
        (True, True, ["show gemma3:4b"], 0),
        (False, True, ["show gemma3:4b", "pull gemma3:4b"], 0),
        (False, False, ["show gemma3:4b", "pull gemma3:4b"], 1),
    ],
    ids=["the model is there", "it is pulled", "it cannot be pulled"],
)
def test_a_model_is_pulled_only_where_it_is_missing(tmp_path, has, gets, calls, code):
    ollama = tmp_path / "ollama"
    ollama.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n'
        f'case "$1" in show) exit {int(not has)};; pull) exit {int(not gets)};; esac\n'
    )
    ollama.chmod(0o755)
    ours = service("model")
    command = [part.replace("$$", "$") for part in [*ours["entrypoint"], *ours["command"]]]
    done = subprocess.run(
        command,
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "MODEL": with_defaults(ours["environment"]["MODEL"]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert (tmp_path / "calls").read_text().splitlines() == calls
    assert bool(done.stderr) == bool(code)


def settings_of_the_service(tmp_path: Path) -> Settings:
    """The settings that the service starts with where no variable is set."""
    given = dict(
        pair.split("=", 1)
        for name, arguments in last_stage()
        if name == "ENV"
        for pair in arguments.split()
    )
    assert given["VRAAGBAAK_DATA_DIR"] == "/data"
    given |= {
        key: with_defaults(value) for key, value in service("vraagbaak")["environment"].items()
    }
    ours = {key: value for key, value in given.items() if key.startswith(PREFIX)}
    return load_settings(environ=ours | {"VRAAGBAAK_DATA_DIR": str(tmp_path)})


def test_the_settings_of_the_image_and_the_composition_offer_it_to_this_machine_only(tmp_path):
    settings = settings_of_the_service(tmp_path)
    assert settings.model == "ollama"
    assert settings.host == "0.0.0.0"
    assert settings.ollama_url == "http://ollama:11434"
    assert settings.ollama_model == with_defaults(service("model")["environment"]["MODEL"])
    assert settings.without_keys
    assert settings.allowed_hosts
    names = {name.strip() for name in settings.allowed_hosts.split(",")} - {""}
    assert names == {"localhost", "127.0.0.1"}
    for each in composition()["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in each.get("ports", []))
    assert "ports" not in service("ollama-cpu")
    (port,) = service("vraagbaak")["ports"]
    assert with_defaults(port) == f"127.0.0.1:{Settings.port}:{Settings.port}"


def test_the_watched_folder_is_there_cannot_be_written_and_stays_out_of_the_project(tmp_path):
    folder = settings_of_the_service(tmp_path).watch_dir
    mounts = [with_defaults(volume) for volume in service("vraagbaak")["volumes"]]
    assert f"./documenten:{folder}:ro" in mounts
    assert (ROOT / "documenten").is_dir()
    kept = (ROOT / "documenten" / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert kept[-2:] == ["*", "!.gitignore"]


def test_containers_write_and_may_little_and_stop_in_time(tmp_path):
    ours = service("vraagbaak")
    assert ours["read_only"] is True
    writable = [volume for volume in ours["volumes"] if not volume.endswith(":ro")]
    assert writable == ["data:/data"]
    assert len(ours["tmpfs"]) == 1
    services = (*OLLAMAS, "milvus", *BESIDE_MILVUS, "vraagbaak")
    named = {v.split(":")[0] for name in services for v in service(name)["volumes"]}
    assert named - {"${DOCUMENTEN"} == set(composition()["volumes"])
    for name, each in composition()["services"].items():
        assert each["cap_drop"] == ["ALL"], name
        # Milvus' own composition asks for calls that Docker otherwise keeps from containers.
        more = ["seccomp:unconfined"] if name == "milvus" else []
        assert each["security_opt"] == ["no-new-privileges:true", *more], name
        assert set(each["logging"]["options"]) == {"max-size", "max-file"}, name
        assert name == "model" or "mem_limit" in each, name
    seconds = int(service("vraagbaak")["stop_grace_period"].removesuffix("s"))
    assert seconds > settings_of_the_service(tmp_path).shutdown_s


def test_every_variable_is_in_the_documentation_and_none_else():
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE)) | set(dotenv())
    page = (ROOT / "docs" / "docker.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"(?m)^\| `([A-Z_]+)` \|", page))
    assert listed == used


def test_compose_accepts_the_file(tmp_path):
    def version(*command: str) -> tuple[int, ...]:
        if not shutil.which(command[0]):
            return (0,)
        done = subprocess.run(
            [*command, "version", "--short"], capture_output=True, text=True, check=False
        )
        numbers = re.match(r"v?(\d+)\.(\d+)", done.stdout)
        return tuple(map(int, numbers.groups())) if numbers and not done.returncode else (0,)

    text = COMPOSE
    if version("docker", "compose") >= COMPOSE_VERSION:
        command = ["docker", "compose"]
    elif version("docker-compose") >= (1, 29):
        # The last one in Python knows all of the file but this.
        command, text = ["docker-compose"], re.sub(r"(?m)^ +required: false\n", "", text)
    else:
        pytest.skip("no Docker Compose on this machine")
    (tmp_path / "docker-compose.yml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / ".env", tmp_path)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    for profile in ("cpu", "nvidia", "amd", "milvus"):
        done = subprocess.run(
            [*command, "--profile", profile, "config", "--quiet"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env=clean,
        )
        assert done.returncode == 0, done.stderr
