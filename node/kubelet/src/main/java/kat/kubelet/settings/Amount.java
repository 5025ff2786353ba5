package kat.kubelet.settings;

import kat.api.Quantity;
import kat.api.Quantity.Format;

/// Amounts of bytes as configurations write them.
final class Amount {

    private Amount() {}

    static String text(long bytes) {
        return Quantity.of(bytes, Format.BINARY_SI).toString();
    }
}
