package kat.api.apply;

/// The names by which writers are entered in `managedFields`.
///
/// **Source:** apiserver's `managerOrUserAgent`.
public final class ManagerNames {

    /// In bytes of UTF-8.
    public static final int MAX_LENGTH = 128;

    private ManagerNames() {}

    /// The name that a request gives, or else the program named first in its user agent.
    ///
    /// @param given the parameter `fieldManager`; may be empty
    /// @param userAgent the header; may be empty
    public static String of(String given, String userAgent) {
        if (!given.isEmpty()) {
            return given;
        }
        int slash = userAgent.indexOf('/');
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        String program = slash < 0 ? userAgent : userAgent.substring(0, slash);
        for (int point : program.codePoints().toArray()) {
            if (isPrintable(point)) {
                bytes += length(point);
                if (bytes > MAX_LENGTH) {
                    break;
                }
                name.appendCodePoint(point);
            }
        }
        return name.isEmpty() ? "unknown" : name.toString();
    }

    private static boolean isPrintable(int point) {
        return point == ' ' || (!Character.isISOControl(point) && !Character.isWhitespace(point));
    }

    private static int length(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }
}
