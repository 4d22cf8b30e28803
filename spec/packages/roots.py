"""A Debian of its own, in a folder, with nothing on it; the network is that of this machine."""

import os
import re
import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# What need not be fetched twice: bare roots, Debian packages, crates.
CACHE = REPOSITORY / "target" / "packages"
CERTIFICATES = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))

CODENAMES = {"debian-12": "bookworm", "debian-13": "trixie"}

# In all roots, for all users.
CARGO_HOME = "/var/cache/cargo"

# What of this machine's environment says how to get at other machines.
OF_THE_NETWORK = re.compile(r"(https?|ftp|all|no)_proxy|CARGO_(HTTP|NET|REGISTR|SOURCE)\w*", re.IGNORECASE)
KEPT_OUT = ["proc", "sys", "dev", "tmp", "var/cache", "var/log", "var/lib/apt", "var/lib/dpkg", "root/.cache"]


def sh(*command):
    """Runs a command on this machine; what it prints."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"
    return done.stdout


def why_impossible():
    """Why no root can be made here, if so."""
    if os.geteuid() != 0:
        return "only root can make roots"
    if not shutil.which("debootstrap"):
        return "debootstrap is missing"
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True).returncode != 0:
        return "mounts and processes cannot be separated here"
    return None


def mirror():
    """Where this machine gets Debian from."""
    printed = sh("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages")
    codename = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)[1]
    return next(line.split()[0] for line in printed.splitlines() if line.split()[1] == codename)


def bare_root(release):
    """A folder with nothing but Debian's base in it, made once."""
    folder = CACHE / release
    if not folder.exists():
        unfinished = folder.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        sh("debootstrap", "--variant=minbase", CODENAMES[release], str(unfinished), mirror())
        unfinished.rename(folder)
    return folder


def environment():
    found = {name: value for name, value in os.environ.items() if OF_THE_NETWORK.fullmatch(name)}
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "CARGO_HOME": CARGO_HOME,
        "LANG": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
        "SSL_CERT_FILE": "/etc/this-machine.crt",
        "CARGO_HTTP_CAINFO": "/etc/this-machine.crt",
        **found,
    }


class Root:
    """Runs commands in a copy of a bare root. Whatever they start ends with it, and no mount stays."""

    def __init__(self, release, folder):
        self.release = release
        self.folder = Path(folder)
        self.holder = None

    def __enter__(self):
        sh("cp", "--archive", "--no-target-directory", str(bare_root(self.release)), str(self.folder))
        self._connect()
        self._hold()
        return self

    def __exit__(self, *_):
        self.holder.communicate()
        shutil.rmtree(self.folder)

    def _connect(self):
        """Gives it what this machine needs to reach others."""
        for path in ("/etc/resolv.conf", "/etc/hosts"):
            self.write(path, Path(path).read_text())
        self.write("/etc/this-machine.crt", CERTIFICATES.read_text())
        settings = [line for line in sh("apt-config", "dump").splitlines() if re.match(r"Acquire::https?:", line)]
        self.write("/etc/apt/apt.conf.d/90this-machine", "\n".join([*settings, *KEEP_PACKAGES, ""]))
        self.write("/etc/dpkg/dpkg.cfg.d/90this-machine", "force-unsafe-io\n")
        # As in any chroot: packages do not start what they install.
        self.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")
        (self.folder / "usr/sbin/policy-rc.d").chmod(0o755)

    def _hold(self):
        """Starts the process whose namespaces the others enter. It ends with its input, so with this test too."""
        mounts = f"""
			mount -t proc proc {self.folder}/proc
			mount --bind {self._cache('apt', self.release)} {self.folder}/var/cache/apt/archives
			mkdir -p {self.folder}{CARGO_HOME}
			mount --bind {crates()} {self.folder}{CARGO_HOME}
			echo ready
			cat
			true # so that a shell stays, which clears away processes that have ended
		"""
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", mounts]
        self.holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.holder.stdout.readline() == "ready\n"
        [self.init] = Path(f"/proc/{self.holder.pid}/task/{self.holder.pid}/children").read_text().split()

    def _cache(self, *names):
        folder = CACHE.joinpath("cache", *names)
        (folder / "partial").mkdir(parents=True, exist_ok=True)
        return folder

    # What tests do with it

    def run(self, script):
        """Runs shell commands as root in root's home, the first that fails is the last; what they print."""
        enter = ["nsenter", f"--target={self.init}", "--mount", "--pid", "chroot", str(self.folder)]
        variables = [f"{name}={value}" for name, value in environment().items()]
        return sh(*enter, "env", "-i", *variables, "sh", "-exc", f"cd; exec 2>&1\n{script}")

    def write(self, path, text):
        target = self.folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_text(text)

    def files(self):
        """All files but logs, caches, and the notes of apt and dpkg."""
        pruned = [word for path in KEPT_OUT for word in ("-path", f"./{path}", "-o")][:-1]
        found = sh("env", "-C", str(self.folder), "find", ".", "(", *pruned, ")", "-prune", "-o", "-type", "f", "-print")
        return {path.removeprefix(".") for path in found.splitlines()}


KEEP_PACKAGES = ['Binary::apt::APT::Keep-Downloaded-Packages "true";']


def crates():
    """Cargo's home in all roots: downloads are shared, and come from where this machine gets them."""
    folder = CACHE / "cache" / "cargo"
    folder.mkdir(parents=True, exist_ok=True)
    own = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    for name in ("config.toml", "config"):
        if (own / name).exists():
            shutil.copy(own / name, folder)
    return folder
