package kat.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Counts up four keys for ever and tells each commit; [KillTest] ends it.
final class KilledWriter {

    private static final int WRITERS = 4;
    private static final int PADDING = 200; // bytes, so that files fill up

    private KilledWriter() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Store store = KillTest.open(Path.of(arguments[0]));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String key = "/registry/counters/" + i;
            threads.add(Thread.ofPlatform().start(() -> count(store, key)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void count(Store store, String key) {
        while (true) {
            Entry now = store.get(key);
            int next =
                    now == null ? 1 : Integer.parseInt(new String(now.bytes(), UTF_8).trim()) + 1;
            long at = now == null ? 0 : now.modRevision();
            String text = " ".repeat(PADDING) + next;
            Value value = Value.of(text.getBytes(UTF_8));
            if (store.commit(Transaction.put(key, at, value, Cause.by("writer")))
                    instanceof Commit.Committed(long revision, List<Event> _)) {
                tell(key + " " + next + " " + revision + " end\n");
            }
        }
    }

    private static void tell(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        synchronized (System.out) {
            System.out.write(bytes, 0, bytes.length);
            System.out.flush();
        }
    }
}
