! Stands for a library that exists only as 32-bit code. It knows nothing of bridge32: its external
! procedures take all arguments by reference, as usual in Fortran.
! gfortran exports `sum_8bit` as `sum_8bit_`.

integer(1) function sum_8bit(a, b)
    integer(1), intent(in) :: a, b
    sum_8bit = a + b
end function

integer(2) function sum_16bit(a, b)
    integer(2), intent(in) :: a, b
    sum_16bit = a + b
end function

integer(4) function sum_32bit(a, b)
    integer(4), intent(in) :: a, b
    sum_32bit = a + b
end function

integer(8) function sum_64bit(a, b)
    integer(8), intent(in) :: a, b
    sum_64bit = a + b
end function

real(4) function multiply_float32(a, b)
    real(4), intent(in) :: a, b
    multiply_float32 = a * b
end function

real(8) function multiply_float64(a, b)
    real(8), intent(in) :: a, b
    multiply_float64 = a * b
end function

logical function is_positive(a)
    real(8), intent(in) :: a
    is_positive = a > 0
end function

integer(4) function add_or_subtract(a, b, do_addition)
    integer(4), intent(in) :: a, b
    logical, intent(in) :: do_addition
    if (do_addition) then
        add_or_subtract = a + b
    else
        add_or_subtract = a - b
    end if
end function

real(8) function factorial(n)
    integer(1), intent(in) :: n
    integer :: i
    factorial = 1
    do i = 2, n
        factorial = factorial * i
    end do
end function

! Of a sample: divides by n - 1.
real(8) function standard_deviation(x, n)
    integer(4), intent(in) :: n
    real(8), intent(in) :: x(n)
    real(8) :: mean
    mean = sum(x) / n
    standard_deviation = sqrt(sum((x - mean)**2) / (n - 1))
end function

real(8) function besselj0(x)
    real(8), intent(in) :: x
    besselj0 = bessel_j0(x)
end function

! The length of each text is a hidden argument, passed by value after all others.
subroutine reverse_string(text, reversed)
    character(len=*), intent(in) :: text
    character(len=*), intent(out) :: reversed
    integer :: i, n
    n = min(len(text), len(reversed))
    reversed = ''
    do i = 1, n
        reversed(i:i) = text(n - i + 1:n - i + 1)
    end do
end subroutine

subroutine add_1d_arrays(total, a, b, n)
    integer(4), intent(in) :: n
    real(8), intent(in) :: a(n), b(n)
    real(8), intent(out) :: total(n)
    total = a + b
end subroutine

! product(rows_a, columns_b) = a(rows_a, columns_a) * b(columns_a, columns_b)
subroutine matrix_multiply(product, a, rows_a, columns_a, b, columns_b)
    integer(4), intent(in) :: rows_a, columns_a, columns_b
    real(8), intent(in) :: a(rows_a, columns_a), b(columns_a, columns_b)
    real(8), intent(out) :: product(rows_a, columns_b)
    product = matmul(a, b)
end subroutine
