package kat.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import kat.api.Status;
import kat.api.StatusException;
import org.junit.jupiter.api.Test;

class ListOptionsTest {

    private static Status refusal(String query, boolean watch) {
        return assertThrows(StatusException.class, () -> ListOptions.of(Query.parse(query), watch))
                .status();
    }

    private static List<String> faults(String query, boolean watch) {
        return refusal(query, watch).details().causes().stream()
                .map(Status.Cause::message)
                .toList();
    }

    @Test
    void checksHowOptionsGoTogetherBeforeItReadsTheVersion() {
        assertEquals(
                List.of(
                        "Unsupported value: \"Foo\": supported values: \"Exact\","
                                + " \"NotOlderThan\", \"\""),
                faults("resourceVersion=abc&resourceVersionMatch=Foo", false));
    }

    @Test
    void tellsBothFaultsOfAStreamingListThatIsNotOlderThanNothing() {
        assertEquals(
                List.of(
                        "Forbidden: sendInitialEvents requires setting resourceVersionMatch to"
                                + " NotOlderThan",
                        "Unsupported value: \"Exact\": supported values: \"NotOlderThan\""),
                faults("sendInitialEvents=true&resourceVersionMatch=Exact", true));
    }

    @Test
    void refusesANumberWithoutDigits() {
        assertEquals(400, refusal("limit=", false).code());
    }

    @Test
    void leavesTheVersionToTheTokenOfAPage() {
        assertEquals(
                0, ListOptions.of(Query.parse("resourceVersion=abc&continue=x"), false).revision());
    }

    @Test
    void refusesToGoOnWithAPageInAWatchThatBeginsWithWhatThereIs() {
        List<String> fault =
                List.of("Forbidden: resourceVersionMatch is forbidden when continue is provided");

        assertEquals(fault, faults("continue=x", true));
        assertEquals(fault, faults("continue=x&resourceVersion=0", true));
    }

    @Test
    void refusesWhatIsNoSelectorBeforeOptionsThatDoNotGoTogether() {
        assertEquals(
                400, refusal("labelSelector=a+in+(b&resourceVersionMatch=Exact", false).code());
        assertEquals(400, refusal("fieldSelector=x&resourceVersionMatch=Exact", true).code());
    }

    @Test
    void readsTheVersionOnlyWhenItIsAskedFor() {
        ListOptions options = ListOptions.of(Query.parse("resourceVersion=abc"), false);

        assertThrows(StatusException.class, options::revision);
    }
}
