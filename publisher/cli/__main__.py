"""``python -m publisher.cli``: the same as ``pregonero``, for processes that start others."""

from publisher.cli import main

if __name__ == "__main__":
    main()
