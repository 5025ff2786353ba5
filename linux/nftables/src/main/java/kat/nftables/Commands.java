package kat.nftables;

import java.util.ArrayList;
import java.util.List;

/// Runs programs of the host. The one way by which KAT's network code touches the machine.
///
/// **Threads:** safe for use by any number of threads.
public interface Commands {

    /// The exit status that stands for a program that is not installed, as in a shell.
    int NOT_FOUND = 127;

    /// Runs a program to its end.
    ///
    /// @param arguments the program's name and its arguments
    /// @param input what it reads from standard input; may be empty
    /// @throws CommandException when it cannot be started or does not end in time
    Result run(List<String> arguments, String input) throws InterruptedException;

    default Result run(String... arguments) throws InterruptedException {
        return run(List.of(arguments), "");
    }

    /// Runs a program that has to succeed and gives its output.
    ///
    /// @throws CommandException when it ends with another status than 0
    default String require(String... arguments) throws InterruptedException {
        Result result = run(arguments);
        if (!result.isSuccess()) {
            throw new CommandException(
                    String.join(" ", arguments)
                            + " ended with status "
                            + result.status()
                            + ": "
                            + result.error().strip());
        }
        return result.output();
    }

    /// The same programs inside a network namespace that `ip netns add` has made.
    default Commands inNetworkNamespace(String namespace) {
        return (arguments, input) -> {
            List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
            whole.addAll(arguments);
            return run(whole, input);
        };
    }

    /// What a program left.
    ///
    /// @param status 0 means success; [#NOT_FOUND] means there is no such program
    /// @param output standard output
    /// @param error standard error
    record Result(int status, String output, String error) {
        public boolean isSuccess() {
            return status == 0;
        }
    }
}
