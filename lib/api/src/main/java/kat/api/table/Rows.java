package kat.api.table;

import java.util.HashMap;
import java.util.Map;
import kat.api.json.JsonObject;

/// All printers by `apiVersion` and kind.
final class Rows {

    /// Writes one object's cells.
    interface Printer {
        void print(JsonObject object, Cells cells);
    }

    private Rows() {}

    static Map<String, Printer> all() {
        Map<String, Printer> printers = new HashMap<>();
        printers.put("v1 Pod", PodRow::print);
        CoreRows.addTo(printers);
        StorageRows.addTo(printers);
        WorkloadRows.addTo(printers);
        NetworkRows.addTo(printers);
        PolicyRows.addTo(printers);
        return printers;
    }
}
