# gnuplot -e "csv='FILE'; svg='FILE'" plot.gnuplot: what `soak` has sampled, as a picture.
set datafile separator ","
set terminal svg size 900,700 background "white"
set output svg
set key autotitle columnhead outside
set format x "%.0s%c"
set multiplot layout 2,1
set ylabel "MiB"
set yrange [0:*]
set title "Resident memory"
plot csv using 1:($3/1024) with lines lw 2 title "client", \
     csv using 1:($7/1024) with lines lw 2 title "host"
set ylabel "count"
set xlabel "calls"
set title "Descriptors, mappings, threads"
plot csv using 1:4 with lines title "client: descriptors", \
     csv using 1:5 with lines title "client: mappings", \
     csv using 1:6 with lines title "client: threads", \
     csv using 1:8 with lines title "host: descriptors", \
     csv using 1:9 with lines title "host: mappings", \
     csv using 1:10 with lines title "host: threads"
