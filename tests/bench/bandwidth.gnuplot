# gnuplot -e "data='FILE'; svg='FILE'" bandwidth.gnuplot: arrays there and back, of all sizes.
set datafile separator "\t"
set terminal svg size 900,420 noenhanced font "sans-serif,13" background "white"
set output svg
set logscale xy
set format x "%.0s %cB"
set xlabel "bytes each way"
set ylabel "GB/s, both ways together"
set title "Arrays of doubles there and back, doubled on the way"
set key outside center bottom horizontal autotitle columnhead
set grid
set border 3
set xtics nomirror
set ytics nomirror
plot data using 1:2 with linespoints lw 2 lc rgb "#9a9a9a" dt 2, \
     data using 1:3 with linespoints lw 2 lc rgb "#555555", \
     data using 1:4 with linespoints lw 2 lc rgb "#9a9a9a", \
     data using 1:5 with linespoints lw 2 lc rgb "#1f77b4", \
     data using 1:6 with linespoints lw 2 lc rgb "#ff7f0e"
