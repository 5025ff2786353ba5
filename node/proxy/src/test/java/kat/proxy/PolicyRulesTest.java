package kat.proxy;

import static kat.proxy.ProxyFixtures.CONFIG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kat.api.json.JsonObject;
import kat.nftables.Element;
import kat.nftables.ElementSet;
import kat.nftables.IpRange;
import kat.nftables.Transaction;
import kat.nftables.testing.FakeNftables;
import org.junit.jupiter.api.Test;

/// The contract, judged by a reader of the few statements that policies use.
class PolicyRulesTest extends PolicyContract {

    private final FakeNftables nftables = new FakeNftables();

    /// The first packet of a connection.
    private record Packet(String from, String to, String protocol, int port) {

        /// The value of a field, or of several with ` . ` between them.
        String field(String name) {
            return Arrays.stream(name.split(" \\. ", -1))
                    .map(
                            part ->
                                    switch (part) {
                                        case "ip saddr" -> from;
                                        case "ip daddr" -> to;
                                        case "meta l4proto" -> protocol;
                                        case "th dport" -> String.valueOf(port);
                                        default -> throw new AssertionError(part);
                                    })
                    .collect(Collectors.joining(" . "));
        }
    }

    private enum Verdict {
        ACCEPT,
        DROP,
        NONE
    }

    @Override
    void apply(Transaction transaction) {
        nftables.apply(transaction);
    }

    @Override
    Set<String> refused(String protocol, int port) {
        TreeSet<String> refused = new TreeSet<>();
        for (String from : PolicyCase.PODS) {
            for (String to : PolicyCase.PODS) {
                Packet packet =
                        new Packet(
                                PolicyCase.address(from), PolicyCase.address(to), protocol, port);
                if (isDropped(PolicyRules.EGRESS_ENTRY, packet)
                        || isDropped(PolicyRules.INGRESS_ENTRY, packet)) {
                    refused.add(from + " > " + to);
                }
            }
        }
        return refused;
    }

    @Test
    void keepsNamesThatTheKernelTakes() {
        String key = "x".repeat(60) + "/" + "y".repeat(250);
        PolicySpec policy = PolicySpec.of(PolicyCase.policy(key, JsonObject.EMPTY));

        Fragment fragment = PolicyRules.allowances(policy, policies);

        assertEquals(1, fragment.chains().size());
        assertTrue(fragment.chains().firstEntry().getKey().length() < 220);
    }

    private boolean isDropped(String entry, Packet packet) {
        if (table.whole().changes().stream()
                .noneMatch(change -> change.toString().contains(entry))) {
            return false;
        }
        return run(entry, packet) == Verdict.DROP;
    }

    private Verdict run(String chain, Packet packet) {
        for (String rule : nftables.rules(CONFIG.table(), chain)) {
            Verdict verdict = runRule(rule, packet);
            if (verdict != Verdict.NONE) {
                return verdict;
            }
        }
        return Verdict.NONE;
    }

    private Verdict runRule(String rule, Packet packet) {
        String rest = rule;
        if (rest.startsWith("ct state established,related")) {
            return Verdict.NONE;
        }
        while (!rest.equals("accept") && !rest.equals("drop") && !rest.startsWith("jump ")) {
            String[] fieldAndRest = split(rest);
            String value = packet.field(fieldAndRest[0]);
            String wanted = fieldAndRest[1];
            if (wanted.startsWith("vmap @")) {
                String target = map(wanted.substring("vmap @".length())).get(value);
                return target == null
                        ? Verdict.NONE
                        : run(target.substring("goto ".length()), packet);
            }
            boolean negated = wanted.startsWith("!= ");
            wanted = negated ? wanted.substring(3) : wanted;
            int end = wanted.startsWith("{") ? wanted.indexOf('}') + 1 : wanted.indexOf(' ');
            if (matches(value, wanted.substring(0, end)) == negated) {
                return Verdict.NONE;
            }
            rest = wanted.substring(end).strip();
        }
        return switch (rest) {
            case "accept" -> Verdict.ACCEPT;
            case "drop" -> Verdict.DROP;
            default -> run(rest.substring("jump ".length()), packet);
        };
    }

    /// A field, or several, and what follows.
    private static String[] split(String rule) {
        String[] words = rule.split(" ", -1);
        int count = 2;
        while (words[count].equals(".")) {
            count += 3;
        }
        return new String[] {
            String.join(" ", List.of(words).subList(0, count)),
            String.join(" ", List.of(words).subList(count, words.length))
        };
    }

    private boolean matches(String value, String wanted) {
        if (wanted.startsWith("@")) {
            return map(wanted.substring(1)).containsKey(value);
        }
        if (wanted.startsWith("{")) {
            String inner = wanted.substring(2, wanted.length() - 2);
            return Arrays.stream(inner.split(", ", -1)).anyMatch(one -> matches(value, one));
        }
        if (wanted.contains("/")) {
            return IpRange.parse(wanted).contains(value);
        }
        if (wanted.matches("[0-9]+-[0-9]+")) {
            String[] ends = wanted.split("-", -1);
            int number = Integer.parseInt(value);
            return Integer.parseInt(ends[0]) <= number && number <= Integer.parseInt(ends[1]);
        }
        return value.equals(wanted);
    }

    private Map<String, String> map(String set) {
        return nftables.readElements(CONFIG.table(), ElementSet.set(set)).stream()
                .collect(Collectors.toMap(Element::key, Element::value));
    }
}
