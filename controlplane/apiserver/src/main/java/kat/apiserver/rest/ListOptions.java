package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Status;
import kat.api.selector.FieldSelector;
import kat.api.selector.LabelSelector;
import kat.api.selector.SelectorException;

/// What a list or watch asks for.
///
/// @param limit 0 for all
/// @param match `Exact`, `NotOlderThan` or empty
/// @param timeoutSeconds 0 for the server's choice
///
/// **Source:** `apimachinery/pkg/apis/meta/internalversion/validation`.
record ListOptions(
        String labelSelector,
        String fieldSelector,
        int limit,
        String continueToken,
        String version,
        String match,
        boolean watch,
        boolean bookmarks,
        boolean initialEvents,
        int timeoutSeconds) {

    private static final String NOT_OLDER_THAN = "NotOlderThan";

    boolean hasVersion() {
        return !version.isEmpty();
    }

    /// @throws kat.api.StatusException when values are malformed or do not go together
    static ListOptions of(Query query, boolean watch) {
        String version = query.get("resourceVersion");
        ListOptions options =
                new ListOptions(
                        query.get("labelSelector"),
                        query.get("fieldSelector"),
                        (int) Math.max(0, number(query, "limit")),
                        query.get("continue"),
                        version,
                        query.get("resourceVersionMatch"),
                        watch,
                        query.flag("allowWatchBookmarks"),
                        query.flag("sendInitialEvents"),
                        (int) Math.max(0, number(query, "timeoutSeconds")));
        options.requireSelectors();
        List<Status.Cause> faults = options.faults(query.has("sendInitialEvents"));
        if (!faults.isEmpty()) {
            throw Status.invalid(OPTIONS, "", faults).asException();
        }
        return options;
    }

    /// The revision as sent; 0 for unset or any, see [#hasVersion]. It is read last of all that
    /// is asked, after the selectors.
    ///
    /// @throws kat.api.StatusException when it is no number
    long revision() {
        // what a page goes on from is told by its token alone
        return continueToken.isEmpty() || watch ? version(version, watch) : 0;
    }

    /// What is no selector in any kind is refused before options that do not go together.
    private void requireSelectors() {
        try {
            LabelSelector.parse(labelSelector);
            FieldSelector.read(fieldSelector);
        } catch (SelectorException e) {
            throw Status.badRequest(String.valueOf(e.getMessage())).asException();
        }
    }

    /// The revision that a get asks for; 0 for unset or any.
    ///
    /// @throws kat.api.StatusException when it is no number
    static long versionOf(Query query) {
        return version(query.get("resourceVersion"), true);
    }

    private static final Kind OPTIONS = optionsKind("ListOptions");

    /// The kind that messages about query parameters name.
    static Kind optionsKind(String name) {
        return new Kind(
                "meta.k8s.io",
                "v1",
                name,
                name,
                name,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "");
    }

    private static long number(Query query, String name) {
        String text = query.get(name);
        if (!query.has(name)) {
            return 0;
        }
        try {
            return Math.min(Integer.MAX_VALUE, Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw Status.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax")
                    .asException();
        }
    }

    /// @param plain whether the fault stands alone
    private static long version(String text, boolean plain) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            String fault =
                    "resourceVersion: Invalid value: \""
                            + text
                            + "\": strconv.ParseUint: parsing \""
                            + text
                            + "\": invalid syntax";
            throw Status.badRequest(plain ? fault : "invalid resource version: " + fault)
                    .asException();
        }
    }

    private List<Status.Cause> faults(boolean initialEventsSet) {
        List<Status.Cause> faults = new ArrayList<>();
        if (watch) {
            watchFaults(faults, initialEventsSet);
            return faults;
        }
        if (!match.isEmpty()) {
            matchFaults(faults);
        }
        if (initialEventsSet) {
            faults.add(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        return faults;
    }

    private void matchFaults(List<Status.Cause> faults) {
        if (version.isEmpty()) {
            faults.add(
                    forbidden(
                            "resourceVersionMatch",
                            "resourceVersionMatch is forbidden unless resourceVersion is"
                                    + " provided"));
        }
        if (!continueToken.isEmpty()) {
            faults.add(
                    forbidden(
                            "resourceVersionMatch",
                            "resourceVersionMatch is forbidden when continue is provided"));
        }
        if (!match.equals("Exact") && !match.equals(NOT_OLDER_THAN)) {
            faults.add(unsupported("\"Exact\", \"NotOlderThan\", \"\""));
        }
        if (match.equals("Exact") && version.equals("0")) {
            faults.add(
                    forbidden(
                            "resourceVersionMatch",
                            "resourceVersionMatch \"exact\" is forbidden for resourceVersion"
                                    + " \"0\""));
        }
    }

    private void watchFaults(List<Status.Cause> faults, boolean initialEventsSet) {
        if (initialEventsSet && !match.equals(NOT_OLDER_THAN)) {
            faults.add(
                    forbidden(
                            "resourceVersionMatch",
                            "sendInitialEvents requires setting resourceVersionMatch to"
                                    + " NotOlderThan"));
        }
        if (match.isEmpty()) {
            boolean fromNow = version.isEmpty() || version.equals("0");
            if (!initialEventsSet && fromNow && !continueToken.isEmpty()) {
                faults.add(
                        forbidden(
                                "resourceVersionMatch",
                                "resourceVersionMatch is forbidden when continue is provided"));
            }
            return;
        }
        if (!initialEventsSet) {
            faults.add(
                    forbidden(
                            "resourceVersionMatch",
                            "resourceVersionMatch is forbidden for watch unless"
                                    + " sendInitialEvents is provided"));
        }
        if (!match.equals(NOT_OLDER_THAN)) {
            faults.add(unsupported("\"NotOlderThan\""));
        }
        if (!continueToken.isEmpty()) {
            faults.add(
                    forbidden(
                            "resourceVersionMatch",
                            "resourceVersionMatch is forbidden when continue is provided"));
        }
    }

    private static Status.Cause forbidden(String field, String why) {
        return new Status.Cause("FieldValueForbidden", "Forbidden: " + why, field);
    }

    private Status.Cause unsupported(String supported) {
        return new Status.Cause(
                "FieldValueNotSupported",
                "Unsupported value: \"" + match + "\": supported values: " + supported,
                "resourceVersionMatch");
    }
}
