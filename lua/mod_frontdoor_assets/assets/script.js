// Comfort, where scripts run: see the password while typing it, see the address grow, and send a form once.
(function () {
	"use strict";

	function showPasswords(button) {
		const input = document.getElementById(button.getAttribute("aria-controls"));
		button.hidden = false;
		button.addEventListener("click", function () {
			const show = input.type === "password";
			input.type = show ? "text" : "password";
			button.textContent = show ? button.dataset.hide : button.dataset.show;
			input.focus();
		});
	}

	function showAddress(output) {
		const input = document.getElementById(output.htmlFor.value);
		const unchanged = output.textContent;
		function update() {
			const name = input.value.trim().toLowerCase();
			output.textContent = name ? name + "@" + output.dataset.domain : unchanged;
		}
		input.addEventListener("input", update);
		update();
	}

	function sendOnce(form) {
		form.addEventListener("submit", function (event) {
			if (form.dataset.sent) { event.preventDefault(); }
			form.dataset.sent = "yes";
		});
		// Back from the answer, the form may be sent again.
		window.addEventListener("pageshow", function () { delete form.dataset.sent; });
	}

	document.querySelectorAll("button[data-show]").forEach(showPasswords);
	document.querySelectorAll("output[data-domain]").forEach(showAddress);
	document.querySelectorAll("form").forEach(sendOnce);
	const problem = document.querySelector("[aria-invalid]");
	if (problem) { problem.focus(); }
}());
