"""What `pip install` gives: the wheel, installed where the repository is not, starts a whole server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.server_process import ServerProcess

REPOSITORY = Path(__file__).parent.parent
WHEEL_IS_MADE_OF = ('pyproject.toml', 'README.md', 'LICENSE')


def in_place(command: list[str], cwd: Path) -> None:
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture(scope='module')
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder the wheel was installed to. Nothing is downloaded: the dependencies are those of the tests."""
    source, target = tmp_path_factory.mktemp('source'), tmp_path_factory.mktemp('installed')
    for name in WHEEL_IS_MADE_OF:
        shutil.copy(REPOSITORY / name, source)
    shutil.copytree(REPOSITORY / 'livechat', source / 'livechat', ignore=shutil.ignore_patterns('__pycache__'))
    in_place([sys.executable, '-m', 'build', '--wheel', '--no-isolation', '--outdir', str(source)], source)
    [wheel] = source.glob('*.whl')
    in_place([sys.executable, '-m', 'pip', 'install', '--quiet', '--no-index', '--no-deps', '--target', str(target), str(wheel)], target)
    return target


@pytest.fixture
def environment(installed: Path) -> dict[str, str]:
    """In which `import livechat` finds the installed copy, not the repository."""
    return {'PYTHONPATH': str(installed), 'PYTHONDONTWRITEBYTECODE': '1'}


@pytest.mark.timeout(90)
def test_server_starts_from_an_installed_wheel_and_stops_within_3_s(installed: Path, environment: dict[str, str], tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, '-c', 'import livechat; print(livechat.__file__)'],
        cwd=tmp_path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(installed)
    command = (sys.executable, str(installed / 'bin' / 'livechat'))

    with (
        ServerProcess(tmp_path / 'data', command=command, environment=environment) as server,
        httpx.Client(base_url=server.address, trust_env=False) as client,
    ):
        assert server.set_up_address is not None
        health, page = client.get('/healthz'), client.get(server.set_up_address)
        styles = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
        served = [client.get(style).status_code for style in styles]
        stopped = server.stop()

    assert (health.status_code, page.status_code) == (200, 200)
    assert served == [200] * len(styles) != []
    assert (stopped.exit_code, stopped.errors) == (0, '')
    assert stopped.after_s < 3


@pytest.mark.timeout(90)
def test_wheel_holds_every_file_of_the_package(installed: Path) -> None:
    package = REPOSITORY / 'livechat'
    expected = {file.relative_to(package) for file in package.rglob('*') if file.is_file() and file.suffix != '.pyc'}
    found = {file.relative_to(installed / 'livechat') for file in (installed / 'livechat').rglob('*') if file.suffix != '.pyc'}

    assert any(file.match('store/migrations/versions/*.py') for file in expected)
    assert any(file.match('ui/templates/*.html') for file in expected)
    assert expected - found == set()
