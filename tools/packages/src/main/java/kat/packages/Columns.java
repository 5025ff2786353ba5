package kat.packages;

import java.util.ArrayList;
import java.util.List;

/// Rows as Helm prints them: a tab after each cell, which is as wide as its column.
final class Columns {

    private Columns() {}

    static String of(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < rows.getFirst().size(); i++) {
            int column = i;
            widths.add(rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                cells.add(row.get(i) + " ".repeat(widths.get(i) - row.get(i).length()));
            }
            text.append(String.join("\t", cells)).append('\n');
        }
        return text.toString();
    }
}
