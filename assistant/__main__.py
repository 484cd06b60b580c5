"""`python -m assistant` and the jixiao script."""

import gc


def main() -> None:
    """Starts the command. What importing makes stays anyway: counting it while it grows costs a tenth of a short command."""
    gc.disable()
    from assistant.cli import main as command

    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
