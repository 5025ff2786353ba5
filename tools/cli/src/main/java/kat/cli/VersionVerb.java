package kat.cli;

import kat.app.Version;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat version`.
final class VersionVerb implements Verb {

    private final Terminal terminal;

    VersionVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public String name() {
        return "version";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description("Show the versions of KAT, Kubernetes and Java.");
        return spec;
    }

    @Override
    public int run(ParseResult args) {
        terminal.print("kat " + Version.KAT);
        terminal.print("kubernetes " + Version.KUBERNETES);
        terminal.print("java " + System.getProperty("java.vm.version"));
        return Main.DONE;
    }
}
