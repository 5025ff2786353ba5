package kat.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import kat.base.Randomness;
import org.jspecify.annotations.Nullable;

/// Passes questions about other names on to the machine's resolvers, and their answers back as they
/// are. Each resolver is asked in turn until one answers; that takes at most [#PATIENCE] for each.
///
/// **Threads:** any.
final class Forwarder {

    /// Three resolvers take less than the five seconds that a C library waits.
    static final Duration PATIENCE = Duration.ofMillis(1_600);

    private static final int IDS = 1 << 16;

    private final Resolvers resolvers;
    private final Upstream upstream;
    private final AnswerCache cache;
    private final Randomness randomness;

    Forwarder(Resolvers resolvers, Upstream upstream, AnswerCache cache, Randomness randomness) {
        this.resolvers = resolvers;
        this.upstream = upstream;
        this.cache = cache;
        this.randomness = randomness;
    }

    /// A kept answer; null when somebody has to be asked.
    byte @Nullable [] known(DnsQuery query, boolean overTcp) {
        return cache.get(AnswerCache.Key.of(query, overTcp), query);
    }

    boolean hasResolvers() {
        return !resolvers.get().isEmpty();
    }

    /// The answer of the first resolver that has one; a failure as message when none has.
    byte[] ask(DnsQuery query, boolean overTcp) {
        AnswerCache.Key key = AnswerCache.Key.of(query, overTcp);
        byte[] question = query.raw().bytes().clone();
        MessageWriter.setWord(question, 0, randomness.nextInt(IDS));
        byte[] refusal = null;
        List<InetSocketAddress> all = resolvers.get();
        for (InetSocketAddress server : all) {
            byte[] answer = tryOne(question, server, overTcp);
            MessageReader.Passed passed =
                    answer == null ? null : MessageReader.readAnswer(answer, query);
            if (answer == null || passed == null) {
                continue;
            }
            MessageWriter.setWord(answer, 0, query.id());
            if (passed.rcode() == Dns.NO_ERROR || passed.rcode() == Dns.NO_SUCH_NAME) {
                cache.put(key, answer, passed);
                return answer;
            }
            refusal = answer;
        }
        return refusal != null
                ? refusal
                : MessageWriter.write(
                        query, DnsAnswer.error(Dns.SERVER_FAILURE), Dns.MOST_MESSAGE_BYTES);
    }

    private byte @Nullable [] tryOne(byte[] question, InetSocketAddress server, boolean overTcp) {
        try {
            return upstream.exchange(question, server, overTcp, PATIENCE);
        } catch (IOException e) {
            System.getLogger("kat.dns")
                    .log(System.Logger.Level.DEBUG, "resolver did not answer server=" + server, e);
            return null;
        }
    }
}
