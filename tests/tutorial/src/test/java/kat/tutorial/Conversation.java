package kat.tutorial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A command at a terminal of its own, such as a shell inside a container: what the page
/// shows behind a prompt is typed once that prompt has come.
final class Conversation {

    private static final Pattern COMMAND = Pattern.compile("kubectl .*(-it|-ti|--tty) .*");
    private static final Pattern PROMPT = Pattern.compile("(\\S+:\\S*[#$]|/\\S* #) (.*)");
    private static final int END = -1;

    private Conversation() {}

    static boolean isOne(String command) {
        return COMMAND.matcher(command).matches();
    }

    /// @param shown on the page: prompts with what is typed, and the answers
    static Shell.Answer hold(
            String command, List<String> shown, Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("script", "-qec", command, "/dev/null")
                        .directory(folder.toFile())
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        LinkedBlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        Thread unused = Thread.ofVirtual().start(() -> listen(process, heard));
        StringBuilder all = new StringBuilder();
        try (OutputStream typing = process.getOutputStream()) {
            for (String line : shown) {
                Matcher prompt = PROMPT.matcher(line);
                if (prompt.matches()) {
                    hear(heard, all, prompt.group(1) + " ");
                    typing.write((prompt.group(2) + "\n").getBytes(UTF_8));
                    typing.flush();
                }
            }
            hear(heard, all, null);
        }
        List<String> lines = all.toString().replace("\r", "").lines().toList();
        return new Shell.Answer(process.waitFor(), lines);
    }

    private static void listen(Process process, LinkedBlockingQueue<Integer> heard) {
        try (Reader reader = process.inputReader(UTF_8)) {
            for (int next = reader.read(); next != END; next = reader.read()) {
                heard.add(next);
            }
        } catch (IOException closed) {
            heard.add((int) '?');
        }
        heard.add(END);
    }

    /// @param end of what was said; null for the end of it all
    private static void hear(LinkedBlockingQueue<Integer> heard, StringBuilder all, String end)
            throws InterruptedException {
        int from = all.length();
        while (true) {
            Integer next = heard.poll(Shell.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no prompt \"" + end + "\" after: " + all);
            }
            if (next == END) {
                return;
            }
            all.append((char) next.intValue());
            if (end != null && all.substring(from).endsWith(end)) {
                return;
            }
        }
    }
}
