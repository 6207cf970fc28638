; call_i386.S for Microsoft's assembler: the same instructions, which a test compares. What they do
; is explained there.
.686
.model flat

EXTERN _bridge32_ffi_entered:PROC

.code

ALIGN 16
_bridge32_ffi_call PROC PUBLIC
    push ebp
    mov ebp, esp
    push ebx
    push esi
    mov ebx, dword ptr [ebp+8]
    mov edx, dword ptr [ebx+4]      ; the words: EAX, EDX, ECX, and the stack's
    mov ecx, dword ptr [ebx+8]      ; how many are the stack's
    lea eax, [ecx*4]
    sub esp, eax
    and esp, -16                    ; where the first argument comes to lie
    add esp, eax
    jmp any_left
next_word:
    push dword ptr [edx+ecx*4+8]    ; the last one first
    dec ecx
any_left:
    test ecx, ecx
    jne next_word
    mov esi, esp
    mov eax, dword ptr [edx]
    mov ecx, dword ptr [edx+8]
    mov edx, dword ptr [edx+4]
    call dword ptr [ebx]
    mov dword ptr [ebx+12], eax
    mov dword ptr [ebx+16], edx
    cmp dword ptr [ebx+36], 0
    je no_x87
    fstp tbyte ptr [ebx+24]
no_x87:
    mov eax, esp
    sub eax, esi
    mov dword ptr [ebx+20], eax     ; what the callee has popped
    lea esp, [ebp-8]
    pop esi
    pop ebx
    pop ebp
    ret
_bridge32_ffi_call ENDP

ALIGN 16
_bridge32_ffi_enter PROC PUBLIC
    push ebp
    mov ebp, esp
    sub esp, 68
    and esp, -16
    mov dword ptr [esp+16], eax
    mov dword ptr [esp+20], edx
    mov dword ptr [esp+24], ecx
    lea eax, [ebp+12]
    mov dword ptr [esp+28], eax     ; the arguments
    mov eax, dword ptr [ebp+4]
    mov dword ptr [esp+32], eax     ; the number
    lea eax, [esp+16]
    mov dword ptr [esp], eax
    call _bridge32_ffi_entered
    cmp dword ptr [esp+48], 0
    je no_number
    fld tbyte ptr [esp+52]
no_number:
    mov eax, dword ptr [esp+36]
    mov edx, dword ptr [esp+40]
    mov ecx, dword ptr [esp+44]     ; bytes to pop
    mov esp, ebp
    pop ebp
    push dword ptr [esp+4]          ; the return address, to where the last one popped was
    pop dword ptr [esp+ecx+4]
    lea esp, [esp+ecx+4]
    ret
_bridge32_ffi_enter ENDP

END
