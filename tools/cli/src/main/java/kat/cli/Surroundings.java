package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// What a verb may know of the machine and of who calls it.
///
/// @param environment variables of the process
/// @param user who calls
/// @param ticker for waiting
record Surroundings(Map<String, String> environment, User user, Ticker ticker) {

    Surroundings {
        environment = Map.copyOf(environment);
    }

    /// Who calls, with the person behind `sudo` rather than root.
    ///
    /// @param root whether the process may do what only root may
    /// @param home of the person
    /// @param uid of the person behind sudo; null without sudo
    /// @param gid of the person behind sudo; null without sudo
    record User(boolean root, Path home, @Nullable Integer uid, @Nullable Integer gid) {}

    static Surroundings ofThisProcess(Ticker ticker) {
        return of(
                System.getenv(),
                "root".equals(System.getProperty("user.name")),
                Path.of(System.getProperty("user.home")),
                ticker);
    }

    /// The home is that of `HOME`, as for the shell and for kubectl.
    ///
    /// @param known the user's home where `HOME` does not say
    static Surroundings of(
            Map<String, String> environment, boolean root, Path known, Ticker ticker) {
        String said = environment.getOrDefault("HOME", "");
        Path home = said.isEmpty() ? known : Path.of(said);
        String sudoUser = environment.get("SUDO_USER");
        String sudoUid = environment.get("SUDO_UID");
        if (!root || sudoUser == null || sudoUid == null || sudoUser.equals("root")) {
            return new Surroundings(environment, new User(root, home, null, null), ticker);
        }
        String gid = environment.getOrDefault("SUDO_GID", sudoUid);
        return new Surroundings(
                environment,
                new User(true, homeOf(sudoUser), Integer.valueOf(sudoUid), Integer.valueOf(gid)),
                ticker);
    }

    private static Path homeOf(String userName) {
        Path passwd = Path.of("/etc/passwd");
        try {
            for (String line : Files.readAllLines(passwd)) {
                String[] fields = line.split(":", -1);
                if (fields.length > 5 && fields[0].equals(userName)) {
                    return Path.of(fields[5]);
                }
            }
        } catch (IOException e) {
            throw new CliException("cannot read " + passwd + " to find the home of " + userName, e);
        }
        throw new CliException("no home folder known for " + userName + "; name one with --home");
    }

    String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /// A command as the person would type it again: with `sudo` when that was typed.
    String command(String verb) {
        return (user.uid() == null ? "" : "sudo ") + program() + " " + verb;
    }

    /// The same for root: with `sudo`, whoever asks.
    String commandAsRoot(String verb) {
        return "sudo " + program() + " " + verb;
    }

    /// This program as it was typed.
    String program() {
        String typed = variable("KAT_COMMAND");
        return typed.isEmpty() ? "kat" : ShellWords.quote(typed);
    }

    /// The Java program that runs this process's server.
    Path java() {
        String named = variable("KAT_JAVA");
        return named.isEmpty()
                ? Path.of(System.getProperty("java.home"), "bin", "java")
                : Path.of(named);
    }
}
