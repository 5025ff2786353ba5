package kat.logging.program;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who asks, as the API server says. Rules and webhooks may decide by any of it.
///
/// @param uid empty where none is told
/// @param groups without order
/// @param extra what else the one who signed the user in said, by its key in lower case
record User(String name, String uid, List<String> groups, SortedMap<String, List<String>> extra) {

    User {
        groups = List.copyOf(groups);
        extra = Collections.unmodifiableSortedMap(new TreeMap<>(extra));
    }

    User(String name, List<String> groups) {
        this(name, "", groups, new TreeMap<>());
    }
}
