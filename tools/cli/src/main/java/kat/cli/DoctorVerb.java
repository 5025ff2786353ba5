package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat doctor`: what this host can do and what is missing.
final class DoctorVerb implements Verb {

    private static final int MEGABYTE = 1 << 20;
    private static final long FREE_WANTED_MEGABYTES = 2048;

    private final Terminal terminal;
    private final Surroundings surroundings;

    DoctorVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.usageMessage().description("Show what this machine can do and what is missing.");
        return spec;
    }

    @Override
    public int run(ParseResult args) {
        ClusterOptions options = ClusterOptions.of(args, surroundings);
        Host host = Host.look(surroundings);
        String asRoot = surroundings.commandAsRoot("up");
        line(
                host.root(),
                "root",
                host.root() ? "yes" : "no: real containers need `" + asRoot + "`");
        for (Host.Found found : host.parts()) {
            boolean there = !found.where().isEmpty();
            line(
                    there,
                    found.part().label(),
                    there
                            ? found.where()
                            : "missing; it " + found.part().purpose() + packageOf(host, found));
        }
        line(true, "cgroups", cgroups());
        disk(options.home());
        kubectl();
        List<Host.Part> missing = host.missingParts(false);
        boolean real = host.root() && (missing.isEmpty() || host.canInstall());
        terminal.print("");
        terminal.print(
                real
                        ? missing.isEmpty()
                                ? "This machine can run real containers."
                                : "`"
                                        + surroundings.command("up")
                                        + "` will install what is missing and run real containers."
                        : "This machine can run simulated nodes only.");
        return Main.DONE;
    }

    private String packageOf(Host host, Host.Found found) {
        return host.canInstall()
                ? "; `" + surroundings.command("up") + "` installs " + found.part().debianPackage()
                : "; Debian's package is " + found.part().debianPackage();
    }

    private static String cgroups() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                ? "version 2"
                : "version 1";
    }

    private void disk(Path home) {
        try {
            Path existing = FileTree.existing(home.resolve("clusters"));
            if (!Files.isWritable(existing)) {
                String owner = FileTree.owner(existing);
                line(false, "disk", home + " cannot be used: " + existing + " belongs to " + owner);
                return;
            }
            long free = Files.getFileStore(existing).getUsableSpace() / MEGABYTE;
            line(free >= FREE_WANTED_MEGABYTES, "disk", free + " MB free for " + home);
        } catch (IOException e) {
            line(false, "disk", home + " cannot be used: " + CliException.reason(e));
        }
    }

    private void kubectl() {
        String found = KubectlVerb.find(surroundings);
        line(!found.isEmpty(), "kubectl", found.isEmpty() ? KubectlVerb.HOW_TO_GET : found);
    }

    private void line(boolean good, String subject, String finding) {
        terminal.print(String.format("%-3s %-15s %s", good ? "ok" : "--", subject, finding));
    }
}
