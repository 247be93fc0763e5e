"""One scenario a module: ``SIZES`` and ``run(lab)``."""
