package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.apiserver.http.Answer;

/// The headers with which an answer warns its client.
///
/// Each text is told once. When all together are too long, each is cut, and those that follow
/// once even the cut ones fill the room are left out. What no header may hold is left out too.
///
/// **Threads:** one.
///
/// **Source:** `apiserver/pkg/endpoints/filters/warning.go`, `NewWarningHeader` of
/// `apimachinery/pkg/util/net/http.go`.
final class WarningHeaders {

    /// In characters of Unicode, as the next.
    private static final int ALL_TOGETHER = 4 * 1024;

    private static final int ONE_CUT = 256;

    private final List<String> known = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private int length;
    private boolean isCutting;

    private WarningHeaders() {}

    /// @param texts in the order in which they came up
    static List<Answer.Header> of(List<String> texts) {
        WarningHeaders headers = new WarningHeaders();
        Set<String> distinct = new LinkedHashSet<>(texts);
        distinct.remove("");
        distinct.forEach(headers::add);
        return headers.told.stream().map(WarningHeaders::header).toList();
    }

    private void add(String text) {
        if (isCutting && length >= ALL_TOGETHER) {
            return;
        }
        known.add(text);
        String shown = isCutting ? cut(text) : text;
        if (!fitsAHeader(shown)) {
            return;
        }
        if (isCutting || length + lengthOf(shown) <= ALL_TOGETHER) {
            tell(shown);
            return;
        }
        isCutting = true;
        length = 0;
        told.clear();
        known.stream()
                .map(WarningHeaders::cut)
                .filter(WarningHeaders::fitsAHeader)
                .forEach(this::tell);
    }

    private void tell(String text) {
        told.add(text);
        length += lengthOf(text);
    }

    private static int lengthOf(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String cut(String text) {
        return lengthOf(text) <= ONE_CUT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, ONE_CUT));
    }

    private static boolean fitsAHeader(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    private static Answer.Header header(String text) {
        String quoted = text.replace("\\", "\\\\").replace("\"", "\\\"");
        // Headers hold bytes; clients read these as UTF-8.
        String bytes = new String(quoted.getBytes(UTF_8), ISO_8859_1);
        return new Answer.Header("warning", "299 - \"" + bytes + "\"");
    }
}
