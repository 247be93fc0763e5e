"""What a new connector must bring along, and what starting the dashboard must not."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from connectors import catalogue, catalogue_texts, kinds, limits, texts, verdicts
from connectors.registry import ASSISTED, CONNECTORS, NETWORKS
from publisher import connections, institution, media
from publisher.texts.queries import PLATFORMS
from tests.connectors.suite import ConnectorSuite

ROOT = Path(__file__).resolve().parent.parent
SDKS = ("tweepy", "facebook", "instagrapi", "curl_cffi")
DIRECT = sorted(set(CONNECTORS) - set(ASSISTED))


def suites() -> dict[str, type[ConnectorSuite]]:
    """Return the suite of each connector, wherever a test module of ours has it."""
    for path in (ROOT / "tests" / "connectors").glob("test_*.py"):
        import_module(f"tests.connectors.{path.stem}")
    found: dict[str, type[ConnectorSuite]] = {}
    open_ = list(ConnectorSuite.__subclasses__())
    while open_:
        one = open_.pop()
        open_ += one.__subclasses__()
        if isinstance(getattr(one, "key", None), str):
            found[one.key] = one
    return found


def lacks(key: str) -> list[str]:
    """Return what a connector still lacks, in words."""
    network = NETWORKS.get(key, "")
    page = (ROOT / "docs" / "conectores.md").read_text("utf-8")
    has = {
        "the network that people see": bool(network),
        "a name in connectors.texts": bool(texts.NAMES.get(key)),
        "a label in the catalogue": bool(catalogue_texts.LABELS.get(key)),
        "a name in publisher.texts.queries": bool(PLATFORMS.get(key)),
        "a dated row of limits": any(
            row.network == network and row.source and row.date for row in limits.rows()
        ),
        "a row in docs/conectores.md": f"\n| `{key}` |" in page,
        "an error table": bool({key, ASSISTED.get(key), network} & set(verdicts.TABLES)),
        "a suite": key in suites() or key in ASSISTED,
    }
    return [what for what, there in has.items() if not there]


@pytest.mark.parametrize("key", sorted(CONNECTORS))
def test_every_connector_has_all_that_a_connector_needs(key: str) -> None:
    assert lacks(key) == []


def test_a_connector_without_them_would_be_named() -> None:
    assert len(lacks("myspace")) == 8


def test_an_assisted_way_leads_to_a_network_that_has_its_own() -> None:
    assert set(ASSISTED.values()) <= set(DIRECT)
    assert all(NETWORKS[key] == NETWORKS[direct] for key, direct in ASSISTED.items())


def test_the_page_of_connectors_and_limits_is_the_one_the_data_draws() -> None:
    shown = (ROOT / "docs" / "conectores.md").read_text("utf-8")
    assert shown == catalogue.draw(), "run python -m connectors.catalogue > docs/conectores.md"


def test_the_readme_shows_the_kinds_and_limits_of_the_data() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    assert kinds.shown(page) == kinds.draw(), "run python -m connectors.kinds"
    told = {network for network, *_ in kinds.KINDS}
    assert told == set(NETWORKS.values())


def test_a_worker_imports_no_library_that_only_screens_and_exports_need() -> None:
    # each costs its start a tenth of a second or more, or its rest megabytes
    heavy = (
        *("streamlit", "fpdf", "openpyxl", "numpy", "pandas", "av", "s3fs", "botocore", *SDKS),
        *("PIL", "rapidfuzz", "phonenumbers", "spylls", "fsspec", "starlette", "uvicorn"),
        *("rich", "pygments", "authlib", "zxcvbn", "keyring", "stdnum"),
    )
    # nothing of these is needed to publish what is due: they come once the engine runs
    late = ("publisher.delivery.chores", "publisher.connections", "publisher.institution")
    code = (
        "import sys; from publisher.cli import processes; processes._import_structlog();"
        f"import publisher.delivery.worker; early = set({late!r}) & set(sys.modules);"
        "import publisher.delivery.chores;"
        f"print(sorted(early | set({heavy!r}) & set(sys.modules)))"
    )
    assert _printed(code) == "[]"


@pytest.mark.parametrize("package", [connections, institution, media])
def test_a_package_that_imports_late_gives_every_name_that_it_exports(package: ModuleType) -> None:
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
    with pytest.raises(AttributeError, match="no attribute"):
        package.nothing_of_the_kind  # noqa: B018


def test_starting_the_dashboard_imports_no_sdk() -> None:
    code = (
        "import sys, importlib, pkgutil, dashboard.server, dashboard.components;"
        "[importlib.import_module(f'dashboard.components.{m.name}')"
        " for m in pkgutil.iter_modules(dashboard.components.__path__) if m.name != 'heatmap'];"
        "import dashboard.navigation, publisher.queries.by_hand, publisher.delivery.inspection;"
        f"print(sorted(set({SDKS!r}) & set(sys.modules)))"
    )
    assert _printed(code) == "[]"


def _printed(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-800:]
    return done.stdout.strip()
