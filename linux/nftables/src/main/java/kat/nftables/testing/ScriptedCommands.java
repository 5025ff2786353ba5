package kat.nftables.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.nftables.Commands;

/// Programs that answer what a test laid out and succeed silently otherwise.
public final class ScriptedCommands implements Commands {

    private final Map<String, Result> answers = new LinkedHashMap<>(); // guarded by this
    private final List<String> ran = new ArrayList<>(); // guarded by this

    /// Answers every command line that starts with `prefix`; the newest fitting answer counts.
    public synchronized ScriptedCommands answer(String prefix, int status, String output) {
        answers.remove(prefix);
        answers.put(prefix, new Result(status, output, status == 0 ? "" : output));
        return this;
    }

    /// Every command line that was run, oldest first, words joined by a space.
    public synchronized List<String> ran() {
        return List.copyOf(ran);
    }

    @Override
    public synchronized Result run(List<String> arguments, String input) {
        String line = String.join(" ", arguments);
        ran.add(line);
        Result found = new Result(0, "", "");
        for (Map.Entry<String, Result> answer : answers.entrySet()) {
            if (line.startsWith(answer.getKey())) {
                found = answer.getValue();
            }
        }
        return found;
    }
}
