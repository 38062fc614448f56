"""Every limit in one place, with safe defaults. Tests and benchmarks raise them and say so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Rates, sizes and times. Names end in their unit."""

    message_burst: int = 10
    message_refill_per_s: float = 1.0
    called_unasked: int = 20
    """A message that calls a group of more people than this has to be confirmed."""
    call_burst: int = 3
    """Of such messages; each writes a line for everybody it calls."""
    call_refill_per_s: float = 0.03
    deed_burst: int = 20
    """Reactions, pins, cards taken away and deletions taken back: they have a bucket of their own, next to messages."""
    deed_refill_per_s: float = 0.5
    """One to a message on an older page sends that page to every tab that shows it."""
    undo_s: float = 8.0
    """For so long a deletion can be taken back, as people are told."""
    undo_grace_s: float = 2.0
    """And for so much longer, because a click needs its time to get here."""
    undo_texts: int = 1_000
    """Deleted messages that are held in memory on the whole server; the oldest go first."""
    change_burst: int = 20
    """Creating, changing, joining and leaving rooms, one's name: each is drawn in every open tab, at 0.2 to 0.4 ms per tab."""
    change_refill_per_s: float = 1.0
    sign_in_tries_per_name: int = 10
    """Per name and address, within `sign_in_window_s`."""
    sign_in_tries_per_address: int = 100
    """A school sits behind one address."""
    sign_in_window_s: float = 180.0
    sign_in_delay_max_s: float = 30.0
    """The growing delay per account after failures; never a lock-out, which a stranger could cause."""
    password_hash_threads: int = 2
    password_hash_queue: int = 20
    """More waiting than this and the answer is TooBusy."""
    sign_in_lasts_days: int = 90
    """From its last use."""
    sign_in_renew_s: float = 3_600.0
    room_idle_s: float = 60.0
    room_inbox: int = 1_000
    restart_intensity: int = 5
    """More crashes than this within `restart_period_s` close the room (OTP's rule)."""
    restart_period_s: float = 60.0
    restart_backoff_s: float = 0.1
    restart_backoff_max_s: float = 5.0
    presence_grace_s: float = 6.0
    """A reload is no leave; a closed tab is one within 10 s."""
    presence_tick_s: float = 0.25
    """Changes are coalesced, or 1,000 joins cost 1,000,000 deliveries."""
    typing_ttl_s: float = 2.0
    typing_interval_s: float = 1.0
    """Typing is announced at most this often per person."""
    subscription_events: int = 1_000
    pages_per_address: int = 20
    """Pages that were asked for, but never connected a socket."""
    search_burst: int = 40
    """Searches of one person: each letter that is typed may be one."""
    search_refill_per_s: float = 5.0
    unread_tick_s: float = 0.25
    """At most this often people are told of what they have not read, or a busy room would cost as much as its stream."""
    unread_save_s: float = 1.0
    """What people have read is stored this often, all of it in one write; a crash loses it."""
    push_pause_s: float = 10.0
    """One push per person and room within this time; what comes meanwhile is told in one."""
    push_queue: int = 200
    """Pushes that wait to be sent; more are dropped."""
    push_at_once: int = 4
    push_test_burst: int = 5
    """A target is whatever address somebody types: adding and testing them is no way to send mail to strangers."""
    push_test_refill_per_s: float = 0.02
    file_bytes: int = 25 * 2**20
    """Of one file; for this and the next three 0 means no limit."""
    files_per_message: int = 10
    person_file_bytes: int = 2**30
    """Of all files of one person, sent or not."""
    server_file_bytes: int = 5 * 2**30
    upload_burst: int = 30
    """Files of one person."""
    upload_refill_per_s: float = 0.5
    uploads_at_once: int = 12
    """Of one person; browsers send six at a time."""
    uploads_at_once_in_all: int = 100
    upload_idle_s: float = 30.0
    """Without a byte for so long, an upload is over."""
    upload_min_bytes_per_s: float = 1_024.0
    """In each `upload_idle_s`: slower ones would hold their place for hours."""
    upload_busy_min_bytes_per_s: float = 16 * 1_024.0
    """While half of `uploads_at_once_in_all` are taken: the largest file then holds its place for half an hour."""
    unsent_file_s: float = 86_400.0
    """What was attached and not sent is removed after a day."""
    card_burst: int = 5
    """Links of one person whose pages are looked at for a card: each makes this server call somebody. Ten in any minute."""
    card_refill_per_s: float = 0.08
    card_queue: int = 200
    """Messages whose links wait to be looked at; more get no cards."""
    card_fetches: int = 4
    """At once."""
