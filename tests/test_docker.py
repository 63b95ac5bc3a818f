"""The image and the composition: what they promise, as far as it can be seen without Docker."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]


def instructions() -> list[tuple[str, str]]:
    """(instruction, arguments) of the Dockerfile, continued lines joined, comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def composition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = composition()["services"][name]
    return found


def with_defaults(value: str) -> str:
    """A value as compose fills it in where no variable is set: ${NAME:-default} is default."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def test_the_image_runs_as_a_user_that_is_not_root():
    users = [arguments for name, arguments in instructions() if name == "USER"]
    assert users
    assert users[-1] not in ("root", "0")
    after = [name for name, _ in instructions()]
    assert after.index("USER") < after.index("ENTRYPOINT")


def test_everything_that_the_image_copies_exists_and_is_let_through():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    for name, arguments in instructions():
        if name == "COPY":
            for source in arguments.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in ignored, source


def test_the_image_holds_every_package_and_what_its_build_reads():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {name.split(".")[0] for name in project["tool"]["setuptools"]["packages"]}
    copied = {
        source
        for name, arguments in instructions()
        if name == "COPY"
        for source in arguments.split()[:-1]
    }
    assert packages <= copied
    assert {project["project"]["readme"], "LICENSE", "requirements.lock"} <= copied


def test_the_health_checks_ask_healthz_at_the_port_of_the_settings():
    address = f"http://127.0.0.1:{Settings.port}/healthz"
    (check,) = [arguments for name, arguments in instructions() if name == "HEALTHCHECK"]
    script = json.loads(check[check.index("[") :])[-1]
    composed = service("vraagbaak")["healthcheck"]["test"][-1]
    for code in (script, composed):
        assert address in code
        compile(code, "healthcheck", "exec")


def test_the_health_check_fails_where_nothing_listens():
    script = service("vraagbaak")["healthcheck"]["test"][-1]
    # Port 9 (discard) is served nowhere these days.
    done = subprocess.run(
        ["python3", "-c", script.replace(":8765", ":9")],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0


def test_the_settings_of_the_image_and_the_composition_exist(tmp_path):
    given = dict(
        pair.split("=", 1)
        for name, arguments in instructions()
        if name == "ENV"
        for pair in arguments.split()
    )
    given |= {
        key: with_defaults(value) for key, value in service("vraagbaak")["environment"].items()
    }
    assert given["VRAAGBAAK_DATA_DIR"] == "/data"
    ours = {key: value for key, value in given.items() if key.startswith(PREFIX)}
    settings = load_settings(environ=ours | {"VRAAGBAAK_DATA_DIR": str(tmp_path)})
    assert settings.model == "ollama"
    assert settings.host == "0.0.0.0"
    assert settings.ollama_url == "http://ollama:11434"
    assert settings.ollama_model == with_defaults(service("model")["environment"]["MODEL"])


def test_the_service_waits_for_ollama_and_for_its_model():
    waits = {name: each["condition"] for name, each in service("vraagbaak")["depends_on"].items()}
    assert waits == {"ollama": "service_healthy", "model": "service_completed_successfully"}
    assert "healthcheck" in service("ollama")
    assert service("model")["depends_on"] == {"ollama": {"condition": "service_healthy"}}
    assert service("model")["restart"] == "no"


def test_the_service_may_write_to_its_volume_only():
    ours = service("vraagbaak")
    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]
    assert [volume.split(":")[1] for volume in ours["volumes"]] == ["/data"]
    named = {v.split(":")[0] for name in ("ollama", "vraagbaak") for v in service(name)["volumes"]}
    assert named == set(composition()["volumes"])


def test_nothing_is_offered_beyond_this_machine():
    for each in composition()["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in each.get("ports", []))


def test_compose_accepts_the_file():
    for command in (["docker", "compose"], ["docker-compose"]):
        if (
            shutil.which(command[0])
            and not subprocess.run(
                [*command, "version"], capture_output=True, check=False
            ).returncode
        ):
            break
    else:
        pytest.skip("no Docker Compose on this machine")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    done = subprocess.run(
        [*command, "-f", str(ROOT / "docker-compose.yml"), "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
        env=clean,
    )
    assert done.returncode == 0, done.stderr
