package kat.dns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import kat.base.Randomness;
import org.jspecify.annotations.Nullable;

/// Turns a received message into the message to send back, whatever was received.
///
/// **Threads:** any.
final class Resolution {

    private static final int MOST_ALIASES = 8;

    private final ClusterZone zone;
    private final Forwarder forwarder;
    private final Randomness randomness;
    private final BooleanSupplier isReady;

    /// @param isReady whether the cluster's objects are known; before that nothing is claimed
    Resolution(
            ClusterZone zone, Forwarder forwarder, Randomness randomness, BooleanSupplier isReady) {
        this.zone = zone;
        this.forwarder = forwarder;
        this.randomness = randomness;
        this.isReady = isReady;
    }

    /// A reply, or the question that only others can answer.
    ///
    /// @param message to send; null when there is nothing to send, or others must be asked first
    /// @param forwarded to ask others; null when `message` is final
    record Reply(@Nullable Packet message, @Nullable DnsQuery forwarded) {
        static final Reply NONE = new Reply(null, null);

        static Reply of(byte[] message) {
            return new Reply(new Packet(message), null);
        }
    }

    /// What can be said at once.
    Reply reply(byte[] received, boolean overTcp) {
        return switch (MessageReader.readQuery(received)) {
            case MessageReader.Received.Noise() -> Reply.NONE;
            case MessageReader.Received.Wrong(Packet reply) -> new Reply(reply, null);
            case MessageReader.Received.Query(DnsQuery query) -> answer(query, overTcp);
        };
    }

    /// Asks others; takes as long as they do.
    byte[] ask(DnsQuery query, boolean overTcp) {
        DnsAnswer local = local(query.name(), query.type());
        if (local != null) {
            return write(query, chase(query, local, overTcp), overTcp);
        }
        return MessageWriter.fit(forwarder.ask(query, overTcp), query, limit(query, overTcp));
    }

    /// What is sent when too many questions wait for others already.
    byte[] refuse(DnsQuery query, boolean overTcp) {
        return write(query, DnsAnswer.error(Dns.SERVER_FAILURE), overTcp);
    }

    private Reply answer(DnsQuery query, boolean overTcp) {
        if (query.edns().version() != 0) {
            return Reply.of(write(query, DnsAnswer.error(Dns.BAD_VERSION), overTcp));
        }
        if (query.dnsClass() != Dns.CLASS_IN) {
            return Reply.of(write(query, DnsAnswer.error(Dns.REFUSED), overTcp));
        }
        if (!isReady.getAsBoolean()) {
            return Reply.of(write(query, DnsAnswer.error(Dns.SERVER_FAILURE), overTcp));
        }
        DnsAnswer local = local(query.name(), query.type());
        if (local != null) {
            return isOpenAlias(query, local)
                    ? new Reply(null, query)
                    : Reply.of(write(query, local, overTcp));
        }
        byte[] known = forwarder.known(query, overTcp);
        if (known != null) {
            return Reply.of(MessageWriter.fit(known, query, limit(query, overTcp)));
        }
        return forwarder.hasResolvers()
                ? new Reply(null, query)
                : Reply.of(write(query, DnsAnswer.error(Dns.SERVER_FAILURE), overTcp));
    }

    /// The cluster's answer with aliases inside the cluster followed; addresses in random order.
    private @Nullable DnsAnswer local(DnsName name, int type) {
        DnsAnswer answer = zone.resolve(name, type);
        if (answer == null || type == Dns.CNAME) {
            return answer;
        }
        List<DnsRecord> records = new ArrayList<>(answer.answers());
        DnsName target = alias(records);
        for (int i = 0; target != null && i < MOST_ALIASES; i++) {
            DnsAnswer more = zone.resolve(target, type);
            if (more == null || more.answers().isEmpty()) {
                break;
            }
            records.addAll(more.answers());
            target = alias(more.answers());
        }
        shuffle(records);
        return new DnsAnswer(
                answer.rcode(), true, records, answer.authority(), answer.additional());
    }

    private void shuffle(List<DnsRecord> records) {
        if (records.size() > 1 && alias(records.subList(0, 1)) == null) {
            Collections.rotate(records, randomness.nextInt(records.size()));
        }
    }

    /// Where the last record leads, if it is a CNAME.
    private static @Nullable DnsName alias(List<DnsRecord> records) {
        return !records.isEmpty()
                        && records.getLast().data() instanceof DnsRecord.Pointer(int type, var to)
                        && type == Dns.CNAME
                ? to
                : null;
    }

    /// Whether the answer ends with a name that is not the cluster's and whose address was wanted.
    private boolean isOpenAlias(DnsQuery query, DnsAnswer answer) {
        DnsName target = alias(answer.answers());
        return target != null
                && query.type() != Dns.CNAME
                && zone.resolve(target, query.type()) == null
                && forwarder.hasResolvers();
    }

    /// Adds what others say about the alias's target.
    private DnsAnswer chase(DnsQuery query, DnsAnswer local, boolean overTcp) {
        DnsName target = alias(local.answers());
        if (target == null) {
            return local;
        }
        DnsQuery question = MessageWriter.question(target, query.type(), randomness);
        byte[] answer = forwarder.ask(question, overTcp);
        MessageReader.Passed passed = MessageReader.readAnswer(answer, question);
        List<DnsRecord> records = new ArrayList<>(local.answers());
        if (passed != null) {
            records.addAll(passed.addresses());
        }
        return new DnsAnswer(Dns.NO_ERROR, true, records, List.of(), List.of());
    }

    private static byte[] write(DnsQuery query, DnsAnswer answer, boolean overTcp) {
        return MessageWriter.write(query, answer, limit(query, overTcp));
    }

    private static int limit(DnsQuery query, boolean overTcp) {
        return overTcp ? Dns.MOST_MESSAGE_BYTES : query.udpLimit();
    }
}
