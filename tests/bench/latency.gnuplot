# gnuplot -e "data='FILE'; svg='FILE'" latency.gnuplot: latency of add(1, 2), bridge32 and alternatives.
set datafile separator "\t"
set terminal svg size 900,420 noenhanced font "sans-serif,13" background "white"
set output svg
set logscale x
set xrange [0.05:20000]
set rmargin 8
set xlabel "microseconds a call (median, logarithmic)"
set title "add(1, 2) from a 64-bit program"
unset key
stats data using 2 nooutput
count = STATS_records
set yrange [-0.7:count - 0.3]
set xtics nomirror
set ytics nomirror scale 0
set grid xtics
set border 1
set style fill solid 0.9 noborder
# Bars from the left, in the file's order from the top.
color(name) = (strstrt(name, "bridge32") == 1) ? 0x1f77b4 : 0x9a9a9a
plot data using (0.05):(count - 1 - $0):(0.05):2:(count - 1.35 - $0):(count - 0.65 - $0):(color(strcol(1))):ytic(1) \
         with boxxyerror linecolor rgb variable, \
     data using 2:(count - 1 - $0):(sprintf($2 < 10 ? "  %.2f" : "  %.0f", $2)) with labels left font ",12"
