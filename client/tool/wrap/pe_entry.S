# The code of a written DLL: what runs when it is loaded, and with the first call. Position-
# independent; the data lies 0x11000 bytes before it, as `PeData` in pe_library.cpp. Assembled by
# hand into pe_entry.hpp; a test compares the two:
#
#     as --64 -o pe_entry.o pe_entry.S && objcopy -O binary -j .text pe_entry.o pe_entry.bin
#
.intel_syntax noprefix
.text
start:
.set entry,                   start - 0x11000 + 32      # of the runtime, once that is loaded
.set GetModuleFileNameW,      entry + 8
.set LoadLibraryExW,          entry + 16
.set GetProcAddress,          entry + 24
.set GetStdHandle,            entry + 32
.set WriteFile,               entry + 40
.set RaiseException,          entry + 48
.set path,                    start - 0x11000 + 0x80    # UTF-16, room for 32,768 + 64 units

# BOOL DllMain(rcx: module, edx: reason, r8). Only notes where the runtime lies: nothing may be
# loaded here.
    sub     rsp, 40
    cmp     edx, 1                      # DLL_PROCESS_ATTACH
    jne     2f
    lea     rdx, path[rip]
    mov     r8d, 32768
    call    GetModuleFileNameW[rip]
    test    eax, eax
    jz      2f                          # the path stays empty, and the first call fails
    lea     rdx, path[rip]
0:  cmp     word ptr [rdx + rax*2 - 2], 0x5c
    je      1f
    dec     eax
    jnz     0b
1:  lea     rdx, [rdx + rax*2]
    lea     rcx, file[rip]
0:  movzx   eax, word ptr [rcx]
    mov     [rdx], ax
    add     rcx, 2
    add     rdx, 2
    test    eax, eax
    jnz     0b
2:  mov     eax, 1
    add     rsp, 40
    ret

# The first call of any function, and that of threads which call meanwhile. r10 and r11 and the
# arguments are as the stub has them.
.org 0x60, 0xcc
    sub     rsp, 168
    movups  [rsp + 48], xmm0
    movups  [rsp + 64], xmm1
    movups  [rsp + 80], xmm2
    movups  [rsp + 96], xmm3
    mov     [rsp + 112], rcx
    mov     [rsp + 120], rdx
    mov     [rsp + 128], r8
    mov     [rsp + 136], r9
    mov     [rsp + 144], r10
    mov     [rsp + 152], r11
    lea     rcx, path[rip]
    xor     edx, edx
    mov     r8d, 8                      # LOAD_WITH_ALTERED_SEARCH_PATH: what it needs lies there
    call    LoadLibraryExW[rip]
    test    rax, rax
    jz      3f
    mov     rcx, rax
    lea     rdx, function[rip]
    call    GetProcAddress[rip]
    test    rax, rax
    jz      3f
    mov     entry[rip], rax
    movups  xmm0, [rsp + 48]
    movups  xmm1, [rsp + 64]
    movups  xmm2, [rsp + 80]
    movups  xmm3, [rsp + 96]
    mov     rcx, [rsp + 112]
    mov     rdx, [rsp + 120]
    mov     r8,  [rsp + 128]
    mov     r9,  [rsp + 136]
    mov     r10, [rsp + 144]
    mov     r11, [rsp + 152]
    add     rsp, 168
    jmp     entry[rip]

# There is nothing that the function could return.
3:  mov     ecx, -12                    # STD_ERROR_HANDLE
    call    GetStdHandle[rip]
    mov     rcx, rax
    lea     rdx, message[rip]
    mov     r8d, offset message_end - message
    lea     r9, [rsp + 40]
    and     qword ptr [rsp + 32], 0
    call    WriteFile[rip]
    mov     ecx, 0xe0423332
    mov     edx, 1                      # EXCEPTION_NONCONTINUABLE
    xor     r8d, r8d
    xor     r9d, r9d
    call    RaiseException[rip]
    int3

.org 0x180, 0xcc
function:
    .asciz "bridge32wrap_enter"
    .balign 2, 0
file:
    .string16 "bridge32\\bridge32wrap.dll"
message:
    .ascii "A 64-bit drop-in library cannot load bridge32\\bridge32wrap.dll, which must lie "
    .ascii "beside it.\r\n"
message_end:
    .balign 16, 0
