"""Who may sign in: the users file, its hashes and what each role may do."""

import stat
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.users import Right, Role, may, read_users, verified, with_user, write_users


@pytest.fixture(scope="module")
def users_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "users.toml"
    write_users(path, with_user((), "王敏", Role.DRAFTER, "口令-一二三四五六"))
    return path


def test_password_is_kept_as_an_argon2_hash_in_a_private_file(users_file: Path) -> None:
    assert "口令" not in users_file.read_text("utf-8") and "$argon2id$" in users_file.read_text("utf-8")
    assert stat.S_IMODE(users_file.stat().st_mode) == 0o600


def test_only_the_right_name_and_password_are_verified(users_file: Path) -> None:
    users = read_users(users_file)
    found = verified(users, "王敏", "口令-一二三四五六")
    assert found is not None and found.role is Role.DRAFTER
    assert verified(users, "王敏", "口令-一二三四五七") is None
    assert verified(users, "李强", "口令-一二三四五六") is None


def test_adding_a_user_again_changes_role_and_password(users_file: Path) -> None:
    users = with_user(read_users(users_file), "王敏", Role.ADMIN, "另一个口令123")
    assert [(user.name, user.role) for user in users] == [("王敏", Role.ADMIN)]
    assert verified(users, "王敏", "口令-一二三四五六") is None


@pytest.mark.parametrize(("name", "password"), [("", "longenough"), ('a"b', "longenough"), ("甲\n乙", "longenough")])
def test_unfit_name_is_refused(name: str, password: str) -> None:
    with pytest.raises(SettingsError, match="用户名"):
        with_user((), name, Role.VIEWER, password)


def test_short_password_is_refused() -> None:
    with pytest.raises(SettingsError, match="至少 8"):
        with_user((), "甲", Role.VIEWER, "short")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml [",
        'admin = true\n[[user]]\nname="a"\nrole="viewer"\nhash="$argon2id$x"\n',
        '[[user]]\nname="a"\nrole="root"\nhash="$argon2id$x"\n',
        '[[user]]\nname="a"\nrole="viewer"\nhash="plain"\n',
        '[[user]]\nname="a"\nrole="viewer"\n',
        '[[user]]\nname="a"\nrole="viewer"\nhash="$argon2id$x"\n[[user]]\nname="a"\nrole="admin"\nhash="$argon2id$x"\n',
    ],
)
def test_broken_users_file_is_refused_whole(tmp_path: Path, text: str) -> None:
    (tmp_path / "users.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="用户文件"):
        read_users(tmp_path / "users.toml")


def test_roles_may_do_more_and_more() -> None:
    rights = [{right for right in Right if may(role, right)} for role in (Role.VIEWER, Role.DRAFTER, Role.ADMIN)]
    assert rights[0] == {Right.ASK} and rights[0] < rights[1] < rights[2] == set(Right)
