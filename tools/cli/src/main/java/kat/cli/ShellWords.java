package kat.cli;

import java.util.ArrayList;
import java.util.List;

/// Words as a person can paste them into a shell.
final class ShellWords {

    private ShellWords() {}

    /// The word as it stands where the shell takes it so, else in single quotes.
    static String quote(String word) {
        return word.matches("[-A-Za-z0-9_./:=,@%+~]+")
                ? word
                : "'" + word.replace("'", "'\\''") + "'";
    }

    static String join(List<String> words) {
        List<String> quoted = new ArrayList<>();
        for (String word : words) {
            quoted.add(quote(word));
        }
        return String.join(" ", quoted);
    }
}
