"""The settings: who wins, what is refused and how, and that the example file tells the truth."""

import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from livechat.domain.limits import Limits
from livechat.settings import FILE_NAME, Settings, SettingsInvalid, default_data_folder, load_settings

EXAMPLE = Path(__file__).parent.parent / 'livechat.example.toml'


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv('XDG_DATA_HOME', str(tmp_path / 'user-data'))
    monkeypatch.chdir(tmp_path)


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE_NAME
    file.write_text(text)
    return file


def refusal(flags: dict[str, object] | None = None) -> str:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(flags)
    assert '\n' not in str(refused.value)
    return str(refused.value)


def test_defaults_are_this_computer_and_the_users_data_folder(tmp_path: Path) -> None:
    settings = load_settings()

    assert (settings.bind_host, settings.port) == ('127.0.0.1', 8000)
    assert settings.data == default_data_folder() == tmp_path / 'user-data' / 'livechat'
    assert settings.trusted_proxies == ()
    assert asdict(settings.limits) == asdict(Limits())


def test_flag_wins_over_environment_over_file_over_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().port == 8000
    write(tmp_path, 'port = 1001')
    assert load_settings().port == 1001
    monkeypatch.setenv('LIVECHAT_PORT', '1002')
    assert load_settings().port == 1002
    assert load_settings({'port': 1003}).port == 1003


def test_flag_that_was_not_given_overrides_nothing(tmp_path: Path) -> None:
    write(tmp_path, 'lan = true')

    assert load_settings({'lan': None}).lan


def test_file_of_the_current_directory_wins_over_the_one_in_the_data_folder(tmp_path: Path) -> None:
    write(tmp_path / 'data', 'port = 1001')
    assert load_settings({'data': tmp_path / 'data'}).port == 1001

    write(tmp_path, 'port = 1002')

    assert load_settings({'data': tmp_path / 'data'}).port == 1002


def test_file_is_found_in_the_data_folder_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / 'data', 'port = 1001')
    monkeypatch.setenv('LIVECHAT_DATA', str(tmp_path / 'data'))

    assert load_settings().port == 1001


def test_data_folder_cannot_be_moved_by_the_file_inside_it(tmp_path: Path) -> None:
    file = write(tmp_path / 'data', f'data = "{tmp_path}"')

    assert refusal({'data': tmp_path / 'data'}).startswith(f'data in {file} comes too late')


def test_limits_of_file_and_environment_are_joined_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, '[limits]\nmessage_burst = 3\nroom_idle_s = 5.5')
    monkeypatch.setenv('LIVECHAT_LIMITS__MESSAGE_BURST', '4')

    limits = load_settings().limits

    assert isinstance(limits, Limits)
    assert (limits.message_burst, limits.room_idle_s, limits.room_inbox) == (4, 5.5, Limits().room_inbox)


def test_lists_in_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LIVECHAT_ALLOWED_HOSTS', 'Chat.example.org, other.example')
    monkeypatch.setenv('LIVECHAT_TRUSTED_PROXIES', '10.0.0.0/8,127.0.0.1')

    settings = load_settings()

    assert settings.allowed_hosts == ('chat.example.org', 'other.example')
    assert settings.trusted_proxies == ('10.0.0.0/8', '127.0.0.1/32')


def test_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LIVECHAT_PORT', '')

    assert load_settings().port == 8000


def test_lan_listens_everywhere_unless_a_host_was_named() -> None:
    assert load_settings({'lan': True}).bind_host == '0.0.0.0'
    assert load_settings({'lan': True, 'host': '192.168.1.5'}).bind_host == '192.168.1.5'


def test_bad_value_names_setting_variable_and_what_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LIVECHAT_PORT', '70000')

    assert refusal() == "port in the environment (LIVECHAT_PORT) is '70000', but should be less than or equal to 65535."


def test_bad_choice_in_the_file_names_the_file_and_the_choices(tmp_path: Path) -> None:
    file = write(tmp_path, 'synchronous = "off"')

    assert refusal() == f"synchronous in {file} is 'off', but should be 'full' or 'normal'."


def test_bad_flag_names_the_flag() -> None:
    assert refusal({'port': -1}) == 'port in the flag --port is -1, but should be greater than or equal to 0.'


def test_limit_of_nothing_is_refused_with_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, '[limits]\nroom_idle_s = 5')
    monkeypatch.setenv('LIVECHAT_LIMITS__MESSAGE_BURST', '0')

    assert refusal() == ("limits.message_burst in the environment (LIVECHAT_LIMITS__MESSAGE_BURST) is '0', but should be greater than 0.")


@pytest.mark.parametrize('limit', ['presence_tick_s = nan', 'presence_tick_s = inf', 'message_burst = 1.5', 'message_burst = "many"'])
def test_limit_that_is_no_plain_number_is_refused(tmp_path: Path, limit: str) -> None:
    write(tmp_path, f'[limits]\n{limit}')

    assert refusal().startswith(f'limits.{limit.partition(" ")[0]} in {tmp_path / FILE_NAME} is ')


@pytest.mark.parametrize(
    ('line', 'setting', 'near'),
    [('prot = 1', 'prot', 'port'), ('[limits]\nmessage_brust = 1', 'limits.message_brust', 'limits.message_burst')],
)
def test_unknown_name_in_the_file_is_refused_with_the_nearest(tmp_path: Path, line: str, setting: str, near: str) -> None:
    file = write(tmp_path, line)

    assert refusal() == f'{setting} in {file} is no setting; did you mean {near}? livechat.example.toml has them all.'


@pytest.mark.parametrize('variable', ['LIVECHAT_PROT', 'LIVECHAT_LIMITS__MESSAGE_BRUST'])
def test_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, '1')

    message = refusal()

    assert variable in message
    assert 'did you mean' in message


def test_file_that_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    file = write(tmp_path, 'host = "127.0.0.1"\nport = = 1')

    assert refusal().startswith(f'{file} is no TOML: ')
    assert 'line 2' in refusal()


def test_limits_that_are_no_table_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path, 'limits = 3')

    assert refusal() == f'limits in {file} should be a table: a line [limits] and the limits below it.'


@pytest.mark.parametrize('host', ['https://chat.example.org', 'chat.example.org:8000', '*', '', 'two words'])
def test_allowed_host_is_a_bare_name(tmp_path: Path, host: str) -> None:
    write(tmp_path, f'allowed_hosts = ["{host}"]')

    assert 'without https:// and without a port' in refusal()


def test_nobody_can_trust_every_proxy(tmp_path: Path) -> None:
    write(tmp_path, 'trusted_proxies = ["*"]')

    assert 'should be IP addresses or networks' in refusal()


def test_data_folder_may_start_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv('HOME', str(tmp_path))

    assert load_settings({'data': Path('~/chat')}).data == tmp_path / 'chat'


def test_settings_made_directly_ignore_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LIVECHAT_PORT', '1')

    assert Settings().port == 8000


def test_example_file_has_every_setting_with_its_default() -> None:
    example = tomllib.loads(EXAMPLE.read_text())

    assert list(example) == list(Settings.model_fields)
    assert example['limits'] == asdict(Limits())
    assert list(example['limits']) == list(asdict(Limits()))
    assert Settings(**example) == Settings()


def test_example_file_explains_every_block() -> None:
    blocks = EXAMPLE.read_text().strip().split('\n\n')

    assert [block for block in blocks if not block.startswith('#')] == []


@pytest.mark.parametrize(
    'url', ['chat.example.org', 'ftp://chat.example.org', 'https://chat.example.org/chat', 'https://me@chat.example.org']
)
def test_public_url_is_a_bare_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LIVECHAT_PUBLIC_URL', url)

    assert refusal() == (
        f'public_url in the environment (LIVECHAT_PUBLIC_URL) is {url!r}, but should be an address like https://chat.example.org, '
        'with nothing after the host.'
    )


def test_mail_server_without_a_public_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LIVECHAT_SMTP_URL', 'smtps://mail.example.org?from=chat@example.org')

    assert refusal() == 'public_url is needed beside smtp_url: links in mails have to lead somewhere.'

    monkeypatch.setenv('LIVECHAT_PUBLIC_URL', 'https://chat.example.org/')

    assert load_settings().public_url == 'https://chat.example.org'


def test_password_of_a_mail_server_that_cannot_be_used_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LIVECHAT_SMTP_URL', 'gopher://chat:hush-hush@mail.example.org')

    told = refusal()

    assert told.startswith('smtp_url in the environment (LIVECHAT_SMTP_URL) cannot be used: ')
    assert 'hush-hush' not in told
