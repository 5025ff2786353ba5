package kat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A method that a store gains with a default would else be lost behind whoever stands before it.
class ForwardingStoreTest {

    @Test
    void handsOnEveryMethodOfAStore() {
        assertEquals(methods(Store.class), methods(ForwardingStore.class));
    }

    private static Set<String> methods(Class<?> type) {
        Set<String> found = new TreeSet<>();
        for (Method each : type.getDeclaredMethods()) {
            if (!Modifier.isStatic(each.getModifiers()) && !each.isSynthetic()) {
                found.add(each.getName() + Arrays.toString(each.getParameterTypes()));
            }
        }
        return found;
    }
}
