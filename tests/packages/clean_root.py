"""A root that holds the named packages, what they depend on, and nothing else.

It is made of the files of this machine's own installed packages, so it needs no archive: a
dependency that a package forgets is missing in it although the machine has it. Commands in it run
with a /proc of their own; nothing outlives them.
"""

import glob
import os
import pathlib
import re
import shutil
import subprocess

FIELDS = ("${db:Status-Status}\t${Package}\t${Essential}\t${Pre-Depends}, ${Depends}\t${Provides}\n")
UNREAD = ("/usr/share/doc/", "/usr/share/man/", "/usr/share/locale/", "/usr/share/info/")


def name_of(relation):
    return re.split(r"[ (:]", relation.strip())[0]


def why_not():
    """Why there can be no such root here, or nothing."""
    if os.geteuid() != 0:
        return "packages can be installed by root only"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--mount-proc", "true"],
                           capture_output=True, text=True, check=False)
    return f"no namespace can be made here: {tried.stderr.strip()}" if tried.returncode else None


class Installed:
    """The packages of this machine."""

    def __init__(self):
        self.needs, self.essential, self.providers = {}, [], {}
        lines = subprocess.run(["dpkg-query", "--show", "--showformat", FIELDS],
                               capture_output=True, text=True, check=True).stdout
        for line in lines.splitlines():
            status, name, essential, needs, provides = line.split("\t")
            if status != "installed":
                continue
            self.needs[name] = [group for group in needs.split(",") if group.strip()]
            if essential == "yes":
                self.essential.append(name)
            for provided in provides.split(","):
                self.providers.setdefault(name_of(provided), name)

    def one_of(self, relation):
        """The package that satisfies `a | b`."""
        for alternative in map(name_of, relation.split("|")):
            if alternative in self.needs:
                return alternative
            if alternative in self.providers:
                return self.providers[alternative]
        raise LookupError(f"nothing here satisfies {relation}")

    def closure(self, relations):
        found, open_ends = set(), [self.one_of(relation) for relation in relations]
        while open_ends:
            name = open_ends.pop()
            if name not in found:
                found.add(name)
                open_ends += [self.one_of(relation) for relation in self.needs[name]]
        return found


class CleanRoot:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.machine = Installed()
        self.packages = set()
        for folder in ("dev", "proc", "run/systemd", "tmp", "root", "srv", "var/lib/dpkg/info",
                       "var/lib/dpkg/updates"):
            (self.path / folder).mkdir(parents=True)
        os.mknod(self.path / "dev/null", 0o666 | 0o020000, os.makedev(1, 3))
        (self.path / "dev/null").chmod(0o666)
        for link in ("bin", "sbin", "lib", "lib32", "lib64"):
            if os.path.islink(f"/{link}"):
                (self.path / link).symlink_to(os.readlink(f"/{link}"))
        self.add(self.machine.essential)
        for file in ("passwd", "group"):  # as base-passwd does when it is installed
            shutil.copy(f"/usr/share/base-passwd/{file}.master", self.path / "etc" / file)

    def add(self, relations):
        """The packages that satisfy these, with all that they depend on."""
        new = self.machine.closure(relations) - self.packages
        self.packages |= new
        listed = subprocess.run(["dpkg-query", "--listfiles", *sorted(new)],
                                capture_output=True, text=True, check=True).stdout
        files = set()
        for line in listed.splitlines():
            if line.startswith("/") and line != "/." and not line.startswith(UNREAD):
                folder, base = os.path.split(line)
                file = os.path.join(os.path.realpath(folder), base)
                if os.path.lexists(file) and (os.path.islink(file) or not os.path.isdir(file)):
                    files.add(file.lstrip("/"))
        with subprocess.Popen(["tar", "-C", "/", "-c", "-f", "-", "--null", "-T", "-"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as source:
            with subprocess.Popen(["tar", "-C", self.path, "-x", "-p", "-f", "-"],
                                  stdin=source.stdout) as target:
                source.stdin.write("\0".join(sorted(files)).encode())
                source.stdin.close()
                source.stdout.close()
                if target.wait() or source.wait():
                    raise OSError(f"the files of {sorted(new)} could not be copied")
        known = self.path / "var/lib/dpkg"
        for name in new:
            for file in glob.glob(f"/var/lib/dpkg/info/{name}.list") + \
                    glob.glob(f"/var/lib/dpkg/info/{name}:*.list"):
                shutil.copy(file, known / "info")
        status = subprocess.run(["dpkg-query", "--status", *sorted(new)],
                                capture_output=True, text=True, check=True).stdout
        with open(known / "status", "a", encoding="utf-8") as file:
            file.write(status.rstrip("\n") + "\n\n")
        self.run("ldconfig", check=True)

    def run(self, *command, environment=None, check=False):
        # Where root's copies of plugins go; another user says so for himself.
        inside = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
                  "XDG_CACHE_HOME": "/tmp/cache-of-root"}
        return subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--root={self.path}",
             "--wd=/", "--mount-proc", *command],
            env=inside | (environment or {}), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=check)

    def install(self, package):
        return self.dpkg("--install", package)

    def dpkg(self, *arguments):
        return subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "dpkg", f"--root={self.path}",
             "--force-unsafe-io", *arguments],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False)
