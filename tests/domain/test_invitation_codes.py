"""What the codes of invitations are made of, and that nobody else makes one."""

import base64
import hmac
from collections.abc import Callable
from datetime import timedelta

import pytest

from livechat.domain.invitation_codes import InvitationCodes
from livechat.domain.model import InvitationId
from tests.domain.people_stand import SECRET

HOUR = timedelta(hours=1)


@pytest.mark.parametrize('number', [1, 2**31, 2**32 - 1])
def test_code_leads_back_to_its_invitation_and_says_nothing_else(number: int) -> None:
    codes = InvitationCodes(SECRET)
    code = codes.code(InvitationId(number))

    assert len(code) == 24
    assert codes.id_of(code) == number
    assert InvitationCodes(b'another secret').id_of(code) is None


def test_code_is_the_id_and_a_tag_of_it_under_the_secret() -> None:
    raw = (7).to_bytes(4, 'big')
    tag = hmac.digest(SECRET, b'invitation' + raw, 'sha256')[:14]

    assert InvitationCodes(SECRET).code(InvitationId(7)) == base64.urlsafe_b64encode(raw + tag).decode()


@pytest.mark.parametrize('change', [str.upper, str.lower, lambda code: code[:-1], lambda code: code + 'A', lambda code: code[:-1] + 'é'])
def test_code_that_was_changed_is_nobodys(change: Callable[[str], str]) -> None:
    codes = InvitationCodes(SECRET)
    code = codes.code(InvitationId(7))
    assert change(code) != code

    assert codes.id_of(change(code)) is None


@pytest.mark.parametrize('position', range(24))
def test_code_with_one_other_character_is_nobodys(position: int) -> None:
    codes = InvitationCodes(SECRET)
    code = codes.code(InvitationId(7))
    other = 'A' if code[position] != 'A' else 'B'

    assert codes.id_of(code[:position] + other + code[position + 1 :]) is None


@pytest.mark.parametrize('code', ['', 'x', ' ' * 24, '=' * 24, '\ud800' * 24, 'A' * 24, 'A' * 10_000])
def test_what_is_no_code_is_nobodys(code: str) -> None:
    assert InvitationCodes(SECRET).id_of(code) is None


def test_without_a_secret_codes_cannot_be_made_by_others() -> None:
    assert InvitationCodes(b'').id_of(InvitationCodes(b'').code(InvitationId(1))) is None
