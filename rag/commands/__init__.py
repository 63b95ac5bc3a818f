"""What the commands of `vraagbaak` do: each takes arguments and settings, returns an exit code.

Whatever is heavy is imported in the command that needs it, so that errors come at once.
"""
