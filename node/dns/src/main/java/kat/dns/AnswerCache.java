package kat.dns;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Other servers' answers for as long as they allow, the least used given up first.
///
/// **Threads:** any.
final class AnswerCache {

    static final int MOST_ANSWERS = 4_096;
    static final Duration LONGEST_POSITIVE = Duration.ofMinutes(5);
    static final Duration LONGEST_NEGATIVE = Duration.ofSeconds(30);

    private final Ticker ticker;
    private final Map<Key, Kept> answers = // guarded by this
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
                    return size() > MOST_ANSWERS;
                }
            };

    /// Two askers with equal keys may be given the same answer.
    record Key(DnsName name, int type, DnsQuery.Edns edns, boolean checkingDisabled, boolean tcp) {
        static Key of(DnsQuery query, boolean overTcp) {
            return new Key(
                    query.name(),
                    query.type(),
                    query.edns(),
                    (query.flags() & Dns.FLAG_CHECKING_DISABLED) != 0,
                    overTcp);
        }
    }

    private record Kept(
            Packet answer, MessageReader.Passed passed, long keptNanos, long untilNanos) {}

    AnswerCache(Ticker ticker) {
        this.ticker = ticker;
    }

    /// Keeps an answer if it may be kept.
    void put(Key key, byte[] answer, MessageReader.Passed passed) {
        boolean positive = passed.rcode() == Dns.NO_ERROR && passed.answerCount() > 0;
        boolean negative = passed.rcode() == Dns.NO_SUCH_NAME || passed.rcode() == Dns.NO_ERROR;
        if (passed.isTruncated() || passed.ttl() <= 0 || (!positive && !negative)) {
            return;
        }
        Duration longest = positive ? LONGEST_POSITIVE : LONGEST_NEGATIVE;
        long seconds = Math.min(passed.ttl(), longest.toSeconds());
        long now = ticker.nanos();
        Kept kept =
                new Kept(
                        new Packet(answer),
                        passed,
                        now,
                        now + Duration.ofSeconds(seconds).toNanos());
        synchronized (this) {
            answers.put(key, kept);
        }
    }

    /// A copy of a kept answer with the asker's own identification and question and with the time
    /// that is left; null when there is none.
    byte @Nullable [] get(Key key, DnsQuery query) {
        long now = ticker.nanos();
        Kept kept;
        synchronized (this) {
            kept = answers.get(key);
            if (kept != null && kept.untilNanos() - now <= 0) {
                answers.remove(key);
                kept = null;
            }
        }
        if (kept == null) {
            return null;
        }
        byte[] answer = kept.answer().bytes().clone();
        int age = (int) Duration.ofNanos(now - kept.keptNanos()).toSeconds();
        for (int offset : kept.passed().ttlOffsets()) {
            int high = MessageReader.word(answer, offset);
            long ttl = ((long) high << 16) | MessageReader.word(answer, offset + 2);
            long left = Math.max(0, ttl - age);
            MessageWriter.setWord(answer, offset, (int) (left >>> 16));
            MessageWriter.setWord(answer, offset + 2, (int) left & 0xffff);
        }
        MessageWriter.setWord(answer, 0, query.id());
        System.arraycopy(
                query.raw().bytes(),
                Dns.HEADER_BYTES,
                answer,
                Dns.HEADER_BYTES,
                query.questionEnd() - Dns.HEADER_BYTES);
        return answer;
    }
}
