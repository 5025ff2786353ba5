package kat.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.base.SystemTicker;
import org.jspecify.annotations.Nullable;

/// A person at a terminal whose home is a folder of the test's own.
final class Session {

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private boolean root;
    private @Nullable Integer uid;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private int exit;

    Session(Path home) {
        this.home = home;
        environment.put("PATH", home.resolve("no-programs").toString());
    }

    Session with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Session asRoot() {
        root = true;
        return this;
    }

    /// As root for the person with this user and group id.
    Session behindSudo(int person) {
        root = true;
        uid = person;
        return this;
    }

    /// Types `kat` and these words.
    Session kat(String... words) {
        out.reset();
        err.reset();
        Terminal terminal =
                new Terminal(new PrintStream(out, true), new PrintStream(err, true), false);
        Surroundings.User user = new Surroundings.User(root, home, uid, uid);
        exit =
                new Main(terminal, new Surroundings(environment, user, new SystemTicker()))
                        .run(words);
        return this;
    }

    /// The same for a cluster with one simulated node and a port that is free.
    Session up(String... more) {
        List<String> words = new ArrayList<>(List.of("up", "--simulated-nodes", "1"));
        words.addAll(List.of(more));
        return kat(words.toArray(String[]::new));
    }

    int exit() {
        return exit;
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    Path home() {
        return home;
    }

    /// Where clusters are kept.
    Path clusters() {
        return home.resolve(".kat");
    }

    @Override
    public String toString() {
        return "exit code " + exit + "\n" + out() + err();
    }
}
