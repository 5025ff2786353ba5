package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ContainerRuntimeExceptionTest {

    @Test
    void speaksAsKubernetesShowsRuntimeErrors() {
        ContainerRuntimeException failure =
                new ContainerRuntimeException(
                        ContainerRuntimeException.Code.NOT_FOUND,
                        "start container 4f5a",
                        "no such container",
                        null);

        assertEquals("cannot start container 4f5a: no such container", failure.getMessage());
        assertEquals("rpc error: code = NotFound desc = no such container", failure.rpcError());
    }
}
