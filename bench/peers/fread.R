# Seconds that data.table::fread takes for a file, on two threads: Rscript fread.R FILE
suppressMessages(library(data.table))
setDTthreads(2)
file <- commandArgs(trailingOnly = TRUE)[1]
cat(system.time(fread(file, showProgress = FALSE))[["elapsed"]], "\n")
