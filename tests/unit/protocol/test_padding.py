"""Padding says no more of a length than its bucket."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadPadding
from protocol.padding import SMALLEST, bucket, pad, unpad


@given(st.binary(max_size=10_000))
def test_padding_comes_off(content: bytes) -> None:
    """What is padded comes back and fills its bucket."""
    assert content == unpad(pad(content))
    assert len(pad(content)) == bucket(len(content) + 1)


@given(st.binary(max_size=50))
def test_only_what_was_padded_is_unpadded(content: bytes) -> None:
    """Any bytes that unpad are what the content would be padded to."""
    for padded in (content, content.ljust(SMALLEST, b"\0")):
        try:
            found = unpad(padded)
        except BadPadding:
            continue
        assert padded == pad(found)


@given(st.integers(0, 10**9))
def test_a_bucket_holds_its_content_and_is_a_bucket_itself(length: int) -> None:
    """Buckets are fixed points, so that a padded length gives nothing else away."""
    size = bucket(length)

    assert length <= size == bucket(size)


@given(st.integers(64 * 1024, 10**9))
def test_a_long_file_grows_by_a_quarter_at_most(length: int) -> None:
    """Attachments are not doubled."""
    assert bucket(length) <= length * 5 / 4


def test_few_answers_look_like_fewer() -> None:
    """All short cases have one length."""
    assert {SMALLEST} == {len(pad(bytes(length))) for length in range(0, SMALLEST, 97)}


def test_there_are_few_buckets() -> None:
    """Files of up to 20 MiB have one of 38 lengths."""
    sizes, length = [], 0
    while length < 20 * 1024 * 1024:
        length = bucket(length + 1)
        sizes.append(length)

    assert [size // 1024 for size in sizes[:10]] == [4, 8, 16, 32, 64, 80, 96, 112, 128, 160]
    assert len(sizes) == 38
