package kat.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RulesetTextTest {

    @Test
    void writesDeclarationsBeforeRulesAndElements() {
        Transaction transaction =
                new Transaction(
                        "kat-a",
                        List.of(
                                new Change.ReplaceTable(),
                                new Change.AddChain(Chain.inner("first", "goto second")),
                                new Change.AddElements(
                                        "map", List.of(new Element("1", "goto first"))),
                                new Change.AddSet(ElementSet.map("map", "type mark : verdict")),
                                new Change.AddChain(Chain.inner("second", "accept"))));

        assertEquals(
                """
                add table ip kat-a
                delete table ip kat-a
                add table ip kat-a
                add chain ip kat-a first
                add map ip kat-a map { type mark : verdict; }
                add chain ip kat-a second
                add rule ip kat-a first goto second
                add element ip kat-a map { 1 : goto first }
                add rule ip kat-a second accept
                """,
                RulesetText.of(transaction, IpFamily.IPV4));
    }

    @Test
    void saysTheSameInWordsOfTheOtherFamily() {
        Transaction transaction =
                new Transaction(
                        "kat-a",
                        List.of(
                                new Change.AddSet(
                                        ElementSet.map(
                                                "to",
                                                "type ipv4_addr . inet_proto : ipv4_addr"
                                                        + " . inet_service")),
                                new Change.AddChain(
                                        Chain.inner(
                                                "c",
                                                "ip saddr . ip daddr @x masquerade",
                                                "dnat ip to ip daddr . meta l4proto map @to",
                                                "reject with icmp type port-unreachable"))));

        assertEquals(
                """
                add map ip6 kat-a to { type ipv6_addr . inet_proto : ipv6_addr . inet_service; }
                add chain ip6 kat-a c
                add rule ip6 kat-a c ip6 saddr . ip6 daddr @x masquerade
                add rule ip6 kat-a c dnat ip6 to ip6 daddr . meta l4proto map @to
                add rule ip6 kat-a c reject with icmpv6 type port-unreachable
                """,
                RulesetText.of(transaction, IpFamily.IPV6));
    }

    @Test
    void leavesValuesOutWhereElementsAreRemoved() {
        Transaction transaction =
                new Transaction(
                        "kat-a",
                        List.of(
                                new Change.RemoveElements(
                                        "map",
                                        List.of(new Element("1", "drop"), Element.of("2")))));

        assertEquals(
                "delete element ip kat-a map { 1, 2 }\n",
                RulesetText.of(transaction, IpFamily.IPV4));
    }
}
