package kat.packages;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/// The environment that the Helm library sees: it reads its folders from there, once, when it is
/// loaded, and has no other way to be told of most of them.
final class LibraryEnvironment {

    private LibraryEnvironment() {}

    /// Sets variables of the process itself; to be called before the library is first used.
    ///
    /// Calling the C library is a restricted operation by design; `--enable-native-access` allows
    // it.
    @SuppressWarnings("restricted")
    static void set(Map<String, String> variables) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup().find("setenv").orElseThrow();
        MethodHandle setenv =
                linker.downcallHandle(
                        address,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            for (Map.Entry<String, String> variable : variables.entrySet()) {
                int failed =
                        (int)
                                setenv.invokeExact(
                                        arena.allocateFrom(variable.getKey()),
                                        arena.allocateFrom(variable.getValue()),
                                        1);
                if (failed != 0) {
                    throw new HelmException("cannot set " + variable.getKey());
                }
            }
        } catch (HelmException e) {
            throw e;
        } catch (Throwable e) {
            throw new HelmException("cannot set the environment", e);
        }
    }
}
