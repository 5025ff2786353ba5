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
                RulesetText.of(transaction));
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

        assertEquals("delete element ip kat-a map { 1, 2 }\n", RulesetText.of(transaction));
    }
}
