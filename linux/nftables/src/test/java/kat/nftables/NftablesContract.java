package kat.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the kernel and its double must agree on.
abstract class NftablesContract {

    static final String TABLE = "kat-contract";
    static final ElementSet PORTS = ElementSet.map("ports", "type inet_service : verdict");
    static final ElementSet ADDRESSES = ElementSet.set("addresses", "type ipv4_addr");

    abstract Nftables nftables();

    @Test
    void appliesATableWithChainsThatNameEachOther() throws Exception {
        nftables().apply(fresh());

        assertEquals(List.of(TABLE), nftables().readTables());
        assertEquals(
                List.of(new Element("80", "goto web"), new Element("81", "goto none")),
                nftables().readElements(TABLE, PORTS));
    }

    @Test
    void movesAnElementToAnotherValueInOneTransaction() throws Exception {
        nftables().apply(fresh());

        change(
                new Change.RemoveElements("ports", List.of(Element.of("80"))),
                new Change.AddElements("ports", List.of(new Element("80", "goto none"))));

        assertEquals(
                List.of(new Element("80", "goto none"), new Element("81", "goto none")),
                nftables().readElements(TABLE, PORTS));
    }

    @Test
    void changesNothingWhenOnePartIsRefused() throws Exception {
        nftables().apply(fresh());

        assertThrows(
                CommandException.class,
                () ->
                        change(
                                new Change.AddElements(
                                        "addresses", List.of(Element.of("10.0.0.2"))),
                                new Change.RemoveElements("ports", List.of(Element.of("99")))));

        assertEquals(List.of(Element.of("10.0.0.1")), nftables().readElements(TABLE, ADDRESSES));
    }

    @Test
    void refusesAnElementThatIsThereWithAnotherValue() throws Exception {
        nftables().apply(fresh());

        assertThrows(
                CommandException.class,
                () -> change(new Change.AddElements("ports", List.of(new Element("80", "drop")))));
    }

    @Test
    void acceptsAnElementThatIsThereWithTheSameValue() throws Exception {
        nftables().apply(fresh());

        change(new Change.AddElements("addresses", List.of(Element.of("10.0.0.1"))));

        assertEquals(List.of(Element.of("10.0.0.1")), nftables().readElements(TABLE, ADDRESSES));
    }

    @Test
    void removesChainAndSetThatNothingNames() throws Exception {
        nftables().apply(fresh());

        change(new Change.RemoveSet(ADDRESSES), new Change.RemoveChain("unused"));

        assertThrows(CommandException.class, () -> nftables().readElements(TABLE, ADDRESSES));
        assertThrows(CommandException.class, () -> change(new Change.RemoveChain("unused")));
    }

    @Test
    void removesATableWhetherOrNotItIsThere() throws Exception {
        nftables().apply(fresh());

        change(new Change.RemoveTable());
        change(new Change.RemoveTable());

        assertEquals(List.of(), nftables().readTables());
    }

    @Test
    void replacesATableThatIsThere() throws Exception {
        nftables().apply(fresh());
        change(new Change.AddElements("addresses", List.of(Element.of("10.0.0.9"))));

        nftables().apply(fresh());

        assertEquals(List.of(Element.of("10.0.0.1")), nftables().readElements(TABLE, ADDRESSES));
    }

    @Test
    void readsElementsThatHaveATimeLimit() throws Exception {
        ElementSet clients =
                ElementSet.set(
                        "clients/a", "type ipv4_addr", "flags dynamic, timeout", "timeout 3h");
        nftables().apply(fresh());
        change(
                new Change.AddSet(clients),
                new Change.AddElements(
                        "clients/a", List.of(Element.of("10.0.0.7 expires 2h59m59s"))));

        assertEquals(List.of(), nftables().readElements(TABLE, clients));
        assertEquals(Set.of("clients/a"), nftables().readTimed(TABLE).keySet());
        Element read = nftables().readTimed(TABLE).get("clients/a").getFirst();
        assertTrue(read.key().startsWith("10.0.0.7 expires "), read.key());
        assertEquals(Set.of(), nftables().readTimed("absent").keySet());
    }

    private void change(Change... changes) throws InterruptedException {
        nftables().apply(new Transaction(TABLE, List.of(changes)));
    }

    private static Transaction fresh() {
        return new Transaction(
                TABLE,
                List.of(
                        new Change.ReplaceTable(),
                        new Change.AddSet(PORTS),
                        new Change.AddSet(ADDRESSES),
                        new Change.AddChain(
                                Chain.base(
                                        "entry",
                                        "filter",
                                        "input",
                                        0,
                                        List.of("tcp dport vmap @ports"))),
                        new Change.AddChain(Chain.inner("web", "accept")),
                        new Change.AddChain(Chain.inner("none", "reject")),
                        new Change.AddChain(Chain.inner("unused")),
                        new Change.AddElements(
                                "ports",
                                List.of(
                                        new Element("80", "goto web"),
                                        new Element("81", "goto none"))),
                        new Change.AddElements("addresses", List.of(Element.of("10.0.0.1")))));
    }
}
