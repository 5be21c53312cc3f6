# What every peer's script shares: reading the file, timing the fit, and reporting in lines of `key<TAB>value`.

needs <- function(...) {
  for (package in c(...)) {
    if (!suppressWarnings(requireNamespace(package, quietly = TRUE))) {
      cat("missing\t", package, "\n", sep = "")
      quit(save = "no")
    }
  }
}

# The arguments: the file of `glmm simulate`, the family, poisson or binomial, the random effects, `1` or `1 + time`, and
# what else a script takes.
arguments <- commandArgs(trailingOnly = TRUE)
family <- arguments[2]
random_effects <- arguments[3]
variant <- arguments[4]
formula <- as.formula(paste("y ~ x1 + x2 + x3 + x4 + time + (", random_effects, "| id)"))

read_data <- function() {
  data <- read.csv(arguments[1])
  data$id <- factor(data$id)
  data
}

# Evaluates the fit, notes its warnings, and gives the time it alone took: the data are in memory, the packages loaded.
timed <- function(fit) {
  warnings <- character()
  gc()
  seconds <- system.time(
    value <- withCallingHandlers(fit, warning = function(w) {
      warnings <<- c(warnings, conditionMessage(w))
      invokeRestart("muffleWarning")
    })
  )[["elapsed"]]
  list(value = value, seconds = seconds, warnings = unique(warnings))
}

number <- function(x) format(x, digits = 15)

# fixed and std_dev are named vectors; correlation is the matrix of the random effects.
report <- function(run, package, fixed, std_dev, correlation, dispersion = 1) {
  line <- function(key, value) cat(key, "\t", value, "\n", sep = "")
  line("version", paste(package, packageVersion(package)))
  line("R", as.character(getRversion()))
  line("seconds", number(run$seconds))
  for (name in names(fixed)) line(paste0("fixed:", name), number(fixed[[name]]))
  for (name in names(std_dev)) line(paste0("sd:", name), number(std_dev[[name]]))
  if (length(std_dev) == 2) line("correlation", number(correlation[2, 1]))
  line("dispersion", number(dispersion))
  for (warning in run$warnings) line("warning", gsub("[[:space:]]+", " ", warning))
}
