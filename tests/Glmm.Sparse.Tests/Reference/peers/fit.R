# Fits by glmmTMB, its default optimum polished by Newton steps until the score is 0 up to rounding, and the standard
# errors from a Hessian by extrapolated differences of its exact gradient.
# Run in this folder: `Rscript fit.R`. Reads the designs of this folder and of ../designs; writes NAME.json.
suppressPackageStartupMessages({
  library(glmmTMB)
  library(jsonlite)
})

# The Jacobian of a gradient: central differences at two steps, extrapolated (error of order step^4).
jacobian <- function(gradient, x) {
  difference <- function(j, h) {
    e <- replace(numeric(length(x)), j, h)
    (gradient(x + e) - gradient(x - e)) / (2 * h)
  }
  H <- sapply(seq_along(x), function(j) (4 * difference(j, 5e-4) - difference(j, 1e-3)) / 3)
  (H + t(H)) / 2
}

# D as a function of glmmTMB's theta: log standard deviations, then its scaled Cholesky factor of the correlations.
covariance <- function(theta, q) {
  sd <- exp(theta[seq_len(q)])
  L <- diag(q)
  L[upper.tri(L)] <- theta[-seq_len(q)] # glmmTMB fills the lower triangle row by row
  L <- t(L)
  C <- L %*% t(L)
  outer(sd, sd) * cov2cor(C)
}

fit <- function(name, folder, design, family, shape_name, shape) {
  data <- read.csv(file.path("..", folder, paste0(design, ".csv")), check.names = FALSE)
  X <- data[startsWith(names(data), "X:")]
  Z <- data[startsWith(names(data), "Z:")]
  p <- ncol(X)
  q <- ncol(Z)
  plain <- data.frame(y = data$y, cluster = factor(data$cluster), o = data$offset, x = unname(X), z = unname(Z))
  names(plain) <- c("y", "cluster", "o", paste0("x", seq_len(p)), paste0("z", seq_len(q)))
  formula <- as.formula(paste(
    "y ~ 0 +", paste0("x", seq_len(p), collapse = " + "),
    "+ offset(o) + (0 +", paste0("z", seq_len(q), collapse = " + "), "| cluster)"
  ))
  model <- glmmTMB(formula, plain, family = family)
  objective <- model$obj
  objective$env$inner.control$tol <- 1e-13
  objective$env$inner.control$tol10 <- 0
  gradient <- function(x) drop(objective$gr(x))
  x <- objective$env$last.par.best[-objective$env$random]
  for (step in 1:6) {
    H <- jacobian(gradient, x)
    x <- x - solve(H, gradient(x))
  }
  H <- jacobian(gradient, x)
  V <- solve(H)
  is_theta <- names(x) == "theta"
  is_shape <- names(x) == "betad"
  theta <- unname(x[is_theta])
  elements <- function(t) covariance(t, q)[upper.tri(diag(q), diag = TRUE)]
  J <- sapply(seq_along(theta), function(j) {
    e <- replace(numeric(length(theta)), j, 1e-5)
    (elements(theta + e) - elements(theta - e)) / 2e-5
  })
  J <- matrix(J, ncol = length(theta))
  D_se <- matrix(0, q, q)
  D_se[upper.tri(D_se, diag = TRUE)] <- sqrt(diag(J %*% V[is_theta, is_theta] %*% t(J)))
  D_se[lower.tri(D_se)] <- t(D_se)[lower.tri(D_se)]
  value <- shape(exp(x[is_shape]))
  result <- list(
    name = name, folder = folder, design = design, family = family$family, link = family$link, structure = "unstructured",
    fixed_names = substring(names(X), 3), alpha = unname(x[names(x) == "beta"]),
    se = unname(sqrt(diag(V))[names(x) == "beta"]), D = covariance(theta, q), D_se = D_se,
    shape_name = unbox(shape_name), shape = unbox(unname(value)),
    shape_se = unbox(unname(value * sqrt(V[is_shape, is_shape]))), # both maps are powers: d log(value) = d betad
    loglik = unbox(-objective$fn(x)), scaled_gradient = unbox(max(abs(gradient(x)) * sqrt(diag(V)))),
    package = paste("glmmTMB", packageVersion("glmmTMB"))
  )
  for (key in c("name", "folder", "design", "family", "link", "structure")) result[[key]] <- unbox(result[[key]])
  write(toJSON(result, digits = NA, pretty = TRUE), paste0(name, ".json"))
  message(name, ": score in standard errors ", format(result$scaled_gradient), ", default logLik ",
          format(as.numeric(logLik(model)), digits = 12), ", polished ", format(result$loglik, digits = 12))
}

beta <- beta_family()
inverse <- function(x) 1 / x
for (design in c("beta_ri", "beta_rs")) fit(design, "peers", design, beta, "precision", identity)
fit("gamma_log_rs", "peers", "gamma_log_rs", Gamma("log"), "dispersion", inverse)
fit("nbinom1_rs", "peers", "nbinom1_rs", nbinom1(), "phi", identity)
fit("nbinom2_rs", "peers", "nbinom2_rs", nbinom2(), "theta", identity)
for (design in c("grouseticks_brood", "owls_ri", "epil_ri")) {
  fit(paste0(design, "_nbinom1"), "designs", design, nbinom1(), "phi", identity)
  fit(paste0(design, "_nbinom2"), "designs", design, nbinom2(), "theta", identity)
}
fit("sleepstudy_gamma_log", "designs", "sleepstudy_gamma_log", Gamma("log"), "dispersion", inverse)
