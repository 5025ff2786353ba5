package kat.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Installs missing parts from Debian's or Ubuntu's packages, after saying what and why. No package
/// is removed for it, and no service of theirs is started or enabled.
final class Installer {

    /// Asked by Debian's package scripts before they start a service; 101 forbids it.
    private static final Path START_POLICY = Path.of("/usr/sbin/policy-rc.d");

    private static final String FORBID_STARTS = "#!/bin/sh\nexit 101\n";

    private final Terminal terminal;

    Installer(Terminal terminal) {
        this.terminal = terminal;
    }

    void install(List<Host.Part> parts) {
        List<String> packages = new ArrayList<>();
        for (Host.Part part : parts) {
            packages.add(part.debianPackage());
            terminal.note("installing " + part.debianPackage() + ", which " + part.purpose());
        }
        boolean ownPolicy = !Files.exists(START_POLICY);
        try {
            if (ownPolicy) {
                Files.writeString(START_POLICY, FORBID_STARTS);
                Files.setPosixFilePermissions(
                        START_POLICY, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            aptGet(packages);
            leaveDisabled(packages);
        } catch (IOException e) {
            throw CliException.of("cannot install " + String.join(", ", packages), e);
        } finally {
            if (ownPolicy) {
                FileTree.delete(START_POLICY);
            }
        }
    }

    private void aptGet(List<String> packages) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "apt-get",
                                "install",
                                "-y",
                                "-qq",
                                "--no-install-recommends",
                                "--no-remove"));
        command.addAll(packages);
        if (run(command) == 0) {
            return;
        }
        terminal.note("reading the package lists anew");
        run(List.of("apt-get", "update", "-qq"));
        if (run(command) != 0) {
            throw new CliException(
                    "apt-get could not install "
                            + String.join(" ", packages)
                            + "; install them by hand, or start with --simulated-nodes 3");
        }
    }

    /// Undoes what a package script enabled. Debian's helper does so where systemd is not there,
    /// too: the links would act as soon as it was installed. It works for package scripts only,
    /// which are known by that variable.
    private void leaveDisabled(List<String> packages) throws IOException {
        String name = Host.Part.CONTAINERD.debianPackage();
        List<String> disable =
                List.of(
                        "env",
                        "DPKG_MAINTSCRIPT_PACKAGE=" + name,
                        "deb-systemd-helper",
                        "disable",
                        name + ".service");
        if (packages.contains(name) && run(disable) != 0) {
            terminal.note("note: systemd's containerd.service may be enabled; KAT does not use it");
        }
    }

    private static int run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            return builder.start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted while " + command.getFirst() + " ran", e);
        }
    }
}
