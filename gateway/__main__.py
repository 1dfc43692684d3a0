"""The ``ebok`` command; what it does is in ``gateway.cli``, which takes a moment to load."""

import gc
import signal


def main() -> None:
    """Load and run the command; Ctrl-C in the meantime just ends it."""
    gc.disable()  # what is loaded stays: to look for garbage in it takes a fifth of the start
    told = signal.getsignal(signal.SIGINT)
    if told is signal.default_int_handler:  # not where the shell wants it to be ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gateway.cli import main as command

    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGINT, told)
    command(prog_name="ebok")


if __name__ == "__main__":
    main()
