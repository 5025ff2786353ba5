package kat.api.cel;

import java.util.Arrays;

/// Where in a declared variable a part of an expression comes from: `self`, `list`, `@items`.
///
/// A longer path may share its array with the one it was made from, and then with others made from
/// that one, whose last name overwrites its own. Estimates of Kubernetes come out of such paths
/// (`append` of Go), and rules are accepted or refused by them, so this keeps them as they are.
///
/// **Threads:** one.
///
/// **Source:** `exprPaths` in cel-go's `checker/cost.go`.
final class DataPath {

    static final DataPath NONE = new DataPath(new String[0], 0);

    private final String[] names;
    private final int length;

    private DataPath(String[] names, int length) {
        this.names = names;
        this.length = length;
    }

    static DataPath of(String variable) {
        return new DataPath(new String[] {variable}, 1);
    }

    DataPath then(String name) {
        boolean fits = length < names.length;
        String[] all = fits ? names : Arrays.copyOf(names, Math.max(1, 2 * names.length));
        all[length] = name;
        return new DataPath(all, length + 1);
    }

    /// With an array of its own.
    DataPath apart(String name) {
        String[] all = Arrays.copyOf(names, length + 1);
        all[length] = name;
        return new DataPath(all, length + 1);
    }

    boolean isEmpty() {
        return length == 0;
    }

    int length() {
        return length;
    }

    String name(int at) {
        return names[at];
    }
}
