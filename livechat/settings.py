"""The settings, and the only place that reads the environment.

A flag wins over a `LIVECHAT_*` variable, that over `livechat.toml`, that over the default. The file is `livechat.toml` in
the current directory; when there is none, the one in the data folder. Unknown names are refused: a misspelt setting that
is silently ignored would be worse than no start.
"""

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
import pydantic.dataclasses
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from livechat.domain.limits import Limits

FILE_NAME = 'livechat.toml'
ENV_PREFIX = 'LIVECHAT_'
ZERO_IS_NONE = frozenset({'file_bytes', 'files_per_message', 'person_file_bytes', 'server_file_bytes'})
"""Limits that can be taken away."""
SECRETS = frozenset({'smtp_url'})
"""Never printed: they hold passwords, and what is printed ends in a journal."""
_HOST_NAME = re.compile(r'(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*')

_MEDIA_TYPE = re.compile(r'[a-z]+/(\*|[a-z0-9][a-z0-9.+-]*)')


class SettingsInvalid(Exception):
    """A setting that cannot be used; `str(error)` is one line that says which, where it came from and what is allowed."""


def default_data_folder() -> Path:
    return Path(platformdirs.user_data_dir('livechat', appauthor=False))


def _folder(value: object) -> object:
    return (Path(value).expanduser() if value else default_data_folder()) if isinstance(value, str | Path) else value


def _parts(value: object) -> object:
    return [part.strip() for part in value.split(',') if part.strip()] if isinstance(value, str) else value


def _host_name(value: str) -> str:
    name = value.strip().lower()
    if not _HOST_NAME.fullmatch(name):
        raise ValueError('should be host names like chat.example.org, without https:// and without a port')
    return name


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        raise ValueError('should be IP addresses or networks like 10.0.0.0/8') from None


def _media_type(value: str) -> str:
    pattern = value.strip().lower()
    if not _MEDIA_TYPE.fullmatch(pattern):
        raise ValueError('should be media types like image/* or application/pdf')
    return pattern


def _public_url(value: str) -> str:
    url = value.strip().rstrip('/')
    parts = urlsplit(url)
    if url and (
        parts.scheme not in {'http', 'https'} or not parts.hostname or parts.path or parts.query or parts.fragment or parts.username
    ):
        raise ValueError('should be an address like https://chat.example.org, with nothing after the host')
    return url


def _smtp_url(value: str) -> str:
    if value.strip():
        from livechat.mail import parse_smtp_url  # noqa: PLC0415 - most servers send no mail

        parse_smtp_url(value.strip())
    return value.strip()


HostName = Annotated[str, AfterValidator(_host_name)]
MediaType = Annotated[str, AfterValidator(_media_type)]
Network = Annotated[str, AfterValidator(_network)]


@pydantic.dataclasses.dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra='forbid', allow_inf_nan=False))
class LimitTable(Limits):
    """The domain's limits, checked: the `[limits]` table."""

    @field_validator('*')
    @classmethod
    def _positive(cls, value: float, info: ValidationInfo) -> float:
        if value <= 0 and not (value == 0 and info.field_name in ZERO_IS_NONE):
            raise ValueError('should be greater than 0')
        return value


class Settings(BaseSettings):
    """Everything an operator can decide. Make it with `load_settings`."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_nested_delimiter='__', env_ignore_empty=True, extra='forbid', frozen=True)

    host: str = Field(default='127.0.0.1', min_length=1)
    port: int = Field(default=8000, ge=0, le=65_535)
    """0 takes any free port."""
    data: Annotated[Path, BeforeValidator(_folder)] = Field(default_factory=default_data_folder)
    lan: bool = False
    open_browser: bool = True
    allowed_hosts: Annotated[tuple[HostName, ...], NoDecode, BeforeValidator(_parts)] = ()
    """Names that people reach the server by, besides IP addresses, localhost and *.local."""
    behind_https: bool = False
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_parts)] = ()
    open: Literal['invitation', 'names'] = 'invitation'
    """Who gets in without an account: by invitation, or whoever types a free name."""
    public_url: Annotated[str, AfterValidator(_public_url)] = ''
    """Where people reach the server, for links that leave it by mail or push: a request's own Host may be anybody's."""
    smtp_url: Annotated[str, AfterValidator(_smtp_url)] = ''
    push: bool = True
    push_private: bool = False
    """Whether targets of notifications may lie in this network: a typed target is a way to make the server call out."""
    link_previews: bool = True
    """Whether pages that messages link to are fetched for a card. What it calls out to is what people there chose to link to."""
    link_previews_guests: bool = False
    file_types: Annotated[tuple[MediaType, ...], NoDecode, BeforeValidator(_parts)] = ()
    """Patterns of media types, such as image/*, that may be sent; by what a file is, not by its name. Empty for all."""
    synchronous: Literal['full', 'normal'] = 'full'
    log_level: Literal['debug', 'info', 'warning', 'error'] = 'info'
    limits: LimitTable = LimitTable()

    @model_validator(mode='after')
    def _mail_needs_an_address(self) -> Self:
        if self.smtp_url and not self.public_url:
            raise ValueError('public_url is needed beside smtp_url: links in mails have to lead somewhere')
        return self

    @property
    def bind_host(self) -> str:
        """Where to listen: everywhere with `lan`, unless another host was named."""
        return '0.0.0.0' if self.lan and self.host == '127.0.0.1' else self.host  # noqa: S104 - asked for with --lan

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what was handed over: `load_settings` reads the sources, so that an error can name its own."""
        return (init_settings,)


def load_settings(flags: Mapping[str, object] | None = None, *, folder: Path | None = None) -> Settings:
    """The settings from flags (None = not given), environment and file.

    :param folder: where to look for `livechat.toml` first; default the current directory
    :raises SettingsInvalid:
    """
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    environment = _read_environment()
    folder = folder or Path.cwd()
    file = _find_file(folder, given.get('data') or environment.get('data'))
    from_file = _read_file(file) if file else {}
    if file and file.parent != folder and from_file.get('data'):
        raise SettingsInvalid(f'data in {file} comes too late: name the folder with --data, LIVECHAT_DATA or in ./{FILE_NAME}.')
    values = {**from_file, **environment, **given}
    values['limits'] = {**_table(from_file, file), **environment.get('limits', {})}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsInvalid(_explain(error, given, environment, file)) from None


def _read_environment() -> dict[str, Any]:
    known = set(Settings.model_fields)
    for variable in sorted(os.environ):
        name = variable.upper()
        if name.startswith(ENV_PREFIX) and (setting := name.removeprefix(ENV_PREFIX).lower()).split('__')[0] not in known:
            raise SettingsInvalid(_unknown(setting, known, f'the environment ({variable})'))
    try:
        return EnvSettingsSource(Settings)()
    except SettingsError as error:
        raise SettingsInvalid(f'The environment cannot be read: {error}.') from None


def _find_file(folder: Path, data: object) -> Path | None:
    """The file in the folder, else the one in the data folder, as far as it is known without the file."""
    here, there = folder / FILE_NAME, (Path(str(data)).expanduser() if data else default_data_folder()) / FILE_NAME
    return here if here.is_file() else there if there.is_file() else None


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return TomlConfigSettingsSource(Settings, file)()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f'{file} is no TOML: {error}.') from None
    except OSError as error:
        raise SettingsInvalid(f'{file} cannot be read: {error.strerror}.') from None


def _table(from_file: Mapping[str, Any], file: Path | None) -> dict[str, Any]:
    table = from_file.get('limits', {})
    if not isinstance(table, dict):
        raise SettingsInvalid(f'limits in {file} should be a table: a line [limits] and the limits below it.')
    return table


def _explain(error: ValidationError, flags: Mapping[str, Any], environment: Mapping[str, Any], file: Path | None) -> str:
    """The first thing wrong, in one line; the next start tells the next."""
    first = error.errors(include_url=False, include_context=False)[0]
    names = [str(part) for part in first['loc'] if isinstance(part, str)]
    if not names:  # of several settings together
        return first['msg'].removeprefix('Value error, ') + '.'
    setting = '.'.join(names)
    if names[0] in flags:
        place = f'the flag --{names[0].replace("_", "-")}'
    elif names[0] in environment and (len(names) == 1 or names[1] in environment[names[0]]):
        place = f'the environment ({ENV_PREFIX}{"__".join(names).upper()})'
    else:
        place = str(file)
    if first['type'] in {'extra_forbidden', 'unexpected_keyword_argument'}:
        return _unknown(setting, [*Settings.model_fields, *(f'limits.{name}' for name in Limits.__dataclass_fields__)], place)
    wanted = first['msg'].removeprefix('Value error, ').removeprefix('Input ')
    if setting in SECRETS:
        return f'{setting} in {place} cannot be used: {wanted}.'
    return f'{setting} in {place} is {first["input"]!r}, but {wanted}.'


def _unknown(setting: str, known: Iterable[str], place: str) -> str:
    near = difflib.get_close_matches(setting, list(known), n=1)
    return f'{setting} in {place} is no setting{f"; did you mean {near[0]}?" if near else "."} livechat.example.toml has them all.'
