package kat.tutorial;

import java.util.List;

/// One thing that the reader of a page does.
sealed interface Step {

    /// Saves a file.
    ///
    /// @param name of the file, in the reader's folder
    record Save(String name, List<String> lines) implements Step {
        public Save {
            lines = List.copyOf(lines);
        }
    }

    /// Types a command.
    ///
    /// @param line of the page, from 1, where it stands
    /// @param command as it is typed, with its further lines
    /// @param from index of the first line of its output in the page
    /// @param output what the page shows
    record Type(int line, String command, int from, List<String> output) implements Step {
        public Type {
            output = List.copyOf(output);
        }
    }
}
